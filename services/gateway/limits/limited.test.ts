import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { afterEach, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { startMesh } from '../mesh.fixture.ts';
import type { Limit } from './limit.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const LIMIT: Limit = { perSecond: 1, burst: 5, perHour: 1_000 };

async function start(signedIn: Partial<Limit> = {}, anonymous: Partial<Limit> = {}) {
  const product = { getProduct: async () => ({ product: { id: newId(), title: 'Tea' } }) };
  const orders = { listOrders: async () => ({}) };
  const mesh = await startMesh(
    [
      [CatalogService, product],
      [OrdersService, orders],
    ],
    { limits: { signedIn: { ...LIMIT, ...signedIn }, anonymous: { ...LIMIT, ...anonymous } } },
  );
  cleanups.push(() => mesh.stop());
  return mesh;
}

const productPath = () => `/v1/products/${newId()}`;

async function statuses(url: string, times: number, headers: Record<string, string> = {}): Promise<number[]> {
  const answers = [];
  for (let call = 0; call < times; call++) answers.push((await fetch(`${url}${productPath()}`, { headers })).status);
  return answers;
}

test('every answer says how its caller stands', async () => {
  const { url } = await start();
  const { headers } = await fetch(`${url}${productPath()}`);
  expect(headers.get('ratelimit-policy')).toBe('"burst";q=5;w=5, "hour";q=1000;w=3600');
  expect(headers.get('ratelimit')).toMatch(/^"burst";r=4;t=1, "hour";r=999;t=\d+$/);
  expect(['limit', 'remaining', 'reset'].map((each) => headers.get(`ratelimit-${each}`))).toEqual(['5', '4', '1']);
});

test('over REST who calls too often gets 429, why, and when to come back', async () => {
  const { url } = await start();
  expect(await statuses(url, 5)).toEqual([200, 200, 200, 200, 200]);
  const refused = await fetch(`${url}${productPath()}`);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  const { error } = (await refused.json()) as { error: unknown };
  expect(error).toMatchObject({
    status: 'RESOURCE_EXHAUSTED',
    reason: 'RATE_LIMITED',
    domain: 'tradewind',
    metadata: { burst: '5', per_second: '1' },
    retryAfterSeconds: 1,
  });
});

test.each([
  ['Connect', (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: '1.1' })],
  ['gRPC-Web', (baseUrl: string) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
  ['gRPC', (baseUrl: string) => createGrpcTransport({ baseUrl })],
])('over %s who has used up the hour is told so with RESOURCE_EXHAUSTED', async (_, transport) => {
  const { url } = await start({}, { perHour: 2 });
  const catalog = createClient(CatalogService, transport(url));
  const left: (string | null)[] = [];
  const onHeader = (headers: Headers) => left.push(headers.get('ratelimit-remaining'), headers.get('retry-after'));
  for (const call of [1, 2]) {
    const { product } = await catalog.getProduct({ productId: newId() }, { onHeader });
    expect([call, product?.title]).toEqual([call, 'Tea']);
  }
  expect(left).toEqual(['1', null, '0', null]);
  const error = await catalog.getProduct({ productId: newId() }).then(() => expect.unreachable(), ConnectError.from);
  expect(error.code).toBe(Code.ResourceExhausted);
  expect(error.findDetails(ErrorInfoSchema).map(({ reason }) => reason)).toEqual(['QUOTA_EXCEEDED']);
  expect(Number(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds)).toBeLessThanOrEqual(3_600);
  expect(error.metadata.get('ratelimit-remaining')).toBe('0');
  expect(Number(error.metadata.get('retry-after'))).toBeGreaterThan(0);
});

test('users are counted apart from each other and from those nobody knows', async () => {
  const { url, userToken } = await start({ burst: 3 }, { burst: 2 });
  const [ann, bob] = [await userToken(newId()), await userToken(newId())];
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  expect(await statuses(url, 3)).toEqual([200, 200, 429]);
  expect(await statuses(url, 4, as(ann))).toEqual([200, 200, 200, 429]);
  expect(await statuses(url, 4, as(bob))).toEqual([200, 200, 200, 429]);
});

test('a second token of a user gives no second allowance', async () => {
  const { url, userToken } = await start({ burst: 3 });
  const id = newId();
  const tokens = [await userToken(id), await userToken(id, ['SHOPPER'], 800)];
  const answers = [];
  for (const token of [...tokens, ...tokens]) {
    answers.push(...(await statuses(url, 1, { authorization: `Bearer ${token}` })));
  }
  expect(answers).toEqual([200, 200, 200, 429]);
});

test('whoever tries one bad token after the other is held up by address', async () => {
  const { url } = await start();
  const tries = [];
  for (let call = 0; call < 7; call++) {
    const headers = { authorization: `Bearer bad-${call}` };
    tries.push((await fetch(`${url}/v1/orders`, { headers })).status);
  }
  expect(tries).toEqual([401, 401, 401, 401, 401, 429, 429]);
});

test('probes and pages are not counted', async () => {
  const { url } = await start();
  for (let call = 0; call < 20; call++) expect((await fetch(`${url}/health/live`)).status).toBe(200);
  expect((await fetch(`${url}${productPath()}`)).headers.get('ratelimit-remaining')).toBe('4');
});

test('without limits nothing is counted and nothing said', async () => {
  const none = { perSecond: 0, perHour: 0 };
  const { url } = await start(none, none);
  expect(new Set(await statuses(url, 30))).toEqual(new Set([200]));
  expect((await fetch(`${url}${productPath()}`)).headers.has('ratelimit')).toBe(false);
});
