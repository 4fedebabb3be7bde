import { connect as connectHttp2 } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, expect, test, vi } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Call } from '#chassis/rpc/call.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CatalogService, type GetProductRequest } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { startMesh } from '../mesh.fixture.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A gateway in front of a catalog that counts how often it is asked, and whose products can be renamed behind the gateway's back. */
async function start(cacheBytes = 1_000_000) {
  const shop = { asked: 0, title: 'Tea', gate: Promise.resolve(), isDown: false, tokens: [] as (string | undefined)[] };
  const catalog = {
    async getProduct({ productId }: GetProductRequest, call: Call) {
      shop.asked += 1;
      shop.tokens.push(call.caller.user?.id);
      await shop.gate;
      if (shop.isDown) throw new ConnectError('away', Code.Unavailable);
      return { product: { id: productId, title: shop.title } };
    },
    listProducts: async () => ({ products: [{ title: 'x'.repeat(3_000) }] }),
    upsertProduct: async () => ({}),
  };
  const mesh = await startMesh(
    [
      [CatalogService, catalog as never],
      [OrdersService, { listOrders: async () => ({}) }],
    ],
    { cacheBytes },
  );
  cleanups.push(() => mesh.stop());
  const read = async (id: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${mesh.url}/v1/products/${id}`, { headers });
    const text = await answer.text();
    return { answer, title: text && (JSON.parse(text) as { product?: { title: string } }).product?.title };
  };
  return { mesh, shop, read };
}

test('the same question is asked once, and its answer says how old it is and how long it holds', async () => {
  const { shop, read } = await start();
  const id = newId();
  const [first, second] = [await read(id), await read(id)];
  expect([first.title, second.title, shop.asked]).toEqual(['Tea', 'Tea', 1]);
  const { headers } = second.answer;
  expect(headers.get('cache-control')).toBe('public, max-age=5, stale-while-revalidate=5, stale-if-error=60');
  expect(headers.get('age')).toBe('0');
  expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
  expect(headers.get('etag')).toBe(first.answer.headers.get('etag'));
  await read(newId());
  expect(shop.asked).toBe(2);
});

test('who has the answer gets 304 without content over REST', async () => {
  const { read } = await start();
  const id = newId();
  const etag = (await read(id)).answer.headers.get('etag') ?? '';
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const { answer, title } = await read(id, { 'if-none-match': known });
    expect([known, answer.status, title, answer.headers.get('etag')]).toEqual([known, 304, '', etag]);
  }
  expect((await read(id, { 'if-none-match': '"other"' })).answer.status).toBe(200);
});

test.each(['1.1', '2'] as const)(
  'a Connect client that reads with GET over HTTP/%s gets 304 for what it has',
  async (version) => {
    const { mesh, shop } = await start();
    const message = encodeURIComponent(JSON.stringify({ productId: newId() }));
    const url = `${mesh.url}/tradewind.catalog.v1.CatalogService/GetProduct?connect=v1&encoding=json&message=${message}`;
    const first = await fetch(url);
    const etag = first.headers.get('etag') ?? '';
    expect([first.status, await first.json()]).toMatchObject([200, { product: { title: 'Tea' } }]);
    expect(await statusOf(url, { 'if-none-match': etag }, version)).toBe(304);
    expect(await statusOf(url, { 'if-none-match': '"other"' }, version)).toBe(200);
    expect(shop.asked).toBeGreaterThan(0);
  },
);

async function statusOf(url: string, headers: Record<string, string>, version: '1.1' | '2'): Promise<number> {
  if (version === '1.1') return (await fetch(url, { headers })).status;
  const { origin, pathname, search } = new URL(url);
  const session = connectHttp2(origin);
  cleanups.unshift(() => session.destroy());
  const stream = session.request({ ':path': pathname + search, ...headers });
  stream.resume();
  return new Promise((resolve, reject) => {
    stream.on('response', (answer) => resolve(Number(answer[':status'])));
    stream.on('error', reject);
  });
}

test('those who ask the same at one time share one call, which is made for none of them', async () => {
  const { mesh, shop, read } = await start();
  const gate = Promise.withResolvers<void>();
  shop.gate = gate.promise;
  const id = newId();
  const authorization = `Bearer ${await mesh.userToken(newId())}`;
  const asking = Array.from({ length: 20 }, () => read(id, { authorization }));
  await eventually(() => expect(shop.asked).toBe(1));
  gate.resolve();
  expect((await Promise.all(asking)).map(({ title }) => title)).toEqual(Array(20).fill('Tea'));
  expect([shop.asked, shop.tokens]).toEqual([1, [undefined]]);
});

test('who leaves or has little time does not take the answer from those who wait', async () => {
  const { shop, read } = await start();
  const gate = Promise.withResolvers<void>();
  shop.gate = gate.promise;
  const id = newId();
  const hasty = read(id, { 'connect-timeout-ms': '50' });
  await eventually(() => expect(shop.asked).toBe(1));
  const patient = read(id);
  expect((await hasty).answer.status).toBe(504);
  gate.resolve();
  expect([(await patient).title, shop.asked]).toEqual(['Tea', 1]);
});

test('an answer a little too old is given once more while a new one is had', async () => {
  const { shop, read } = await start();
  const id = newId();
  await read(id);
  shop.title = 'Coffee';
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 });
  const late = await read(id);
  expect([late.title, late.answer.headers.get('age')]).toEqual(['Tea', '6']);
  await eventually(async () => expect((await read(id)).title).toBe('Coffee'));
  expect(shop.asked).toBe(2);
});

test('an answer far too old is not given', async () => {
  const { shop, read } = await start();
  const id = newId();
  await read(id);
  shop.title = 'Coffee';
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 });
  expect((await read(id)).title).toBe('Coffee');
});

test('while the service is away its last answer stands in and says so', async () => {
  const { shop, read } = await start();
  const id = newId();
  await read(id);
  shop.isDown = true;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20_000 });
  const { answer, title } = await read(id);
  expect([answer.status, title, answer.headers.get('x-tradewind-stale')]).toEqual([200, 'Tea', '20']);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('what was written through the gateway shows at once', async () => {
  const { mesh, shop, read } = await start();
  const id = newId();
  await read(id);
  shop.title = 'Coffee';
  const authorization = `Bearer ${await mesh.userToken(newId(), ['MERCHANT'])}`;
  const product = {
    sku: 'TEA-1',
    title: 'Coffee',
    price: { currencyCode: 'EUR', units: '3' },
    state: 'PRODUCT_STATE_DRAFT',
  };
  const body = JSON.stringify({ requestId: newId(), product });
  const written = await fetch(`${mesh.url}/tradewind.catalog.v1.CatalogService/UpsertProduct`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body,
  });
  expect([written.status, await written.json()]).toEqual([200, {}]);
  expect((await read(id)).title).toBe('Coffee');
});

test('who asks for no cached answer gets one of its own', async () => {
  const { shop, read } = await start();
  const id = newId();
  await read(id);
  shop.title = 'Coffee';
  expect((await read(id, { 'cache-control': 'no-cache' })).title).toBe('Coffee');
});

test('failures are not kept', async () => {
  const { shop, read } = await start();
  const id = newId();
  shop.isDown = true;
  expect((await read(id).catch(() => undefined))?.answer.status).not.toBe(200);
  shop.isDown = false;
  await eventually(async () => expect((await read(id)).title).toBe('Tea'));
});

test('answers that are too large are not kept, and no others are lost for them', async () => {
  const { shop, mesh, read } = await start(2_000);
  const id = newId();
  await read(id);
  expect((await fetch(`${mesh.url}/v1/products`)).status).toBe(200);
  await read(id);
  expect(shop.asked).toBe(1);
});

test('answers that are for one person are not to be kept by anybody', async () => {
  const { mesh } = await start();
  const authorization = `Bearer ${await mesh.userToken(newId())}`;
  const { status, headers } = await fetch(`${mesh.url}/v1/orders`, { headers: { authorization } });
  expect([status, headers.get('cache-control'), headers.get('etag')]).toEqual([200, 'no-store', null]);
});
