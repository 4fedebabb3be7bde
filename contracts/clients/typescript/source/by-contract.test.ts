import { create } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, createRouterTransport, type HandlerContext } from '@connectrpc/connect';
import { beforeEach, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { type ByContractOptions, byContract } from './by-contract.ts';

let seen: HandlerContext[];
/** What the service throws at each try; then it answers. */
let failures: ConnectError[];
beforeEach(() => {
  seen = [];
  failures = [];
});

function transport(options: ByContractOptions = {}) {
  const answer = (_request: unknown, context: HandlerContext) => {
    seen.push(context);
    const failure = failures.shift();
    if (failure) throw failure;
    return {};
  };
  const inner = createRouterTransport(({ service }) => {
    service(CatalogService, { getProduct: answer });
    service(OrdersService, { placeOrder: answer, getCart: answer });
  });
  return byContract(inner, options);
}

const catalog = (options?: ByContractOptions) => createClient(CatalogService, transport(options));
const product = { productId: newId() };
const unavailable = () => new ConnectError('away', Code.Unavailable);
const busy = (ms?: number) => {
  const retryDelay = durationFromMs(ms ?? 0);
  const details = ms === undefined ? [] : [{ desc: RetryInfoSchema, value: create(RetryInfoSchema, { retryDelay }) }];
  return new ConnectError('busy', Code.ResourceExhausted, undefined, details);
};

test('a call has the deadline of its contract', async () => {
  await catalog().getProduct(product);
  expect(seen[0]?.timeoutMs()).toBeLessThanOrEqual(1000);
});

test('a call that names a deadline has that', async () => {
  await catalog().getProduct(product, { timeoutMs: 60_000 });
  expect(seen[0]?.timeoutMs()).toBeGreaterThan(50_000);
});

test('an idempotent call is made again until the service is back, as often as its contract says', async () => {
  failures = [unavailable(), unavailable()];
  await catalog().getProduct(product, { timeoutMs: 10_000 });
  expect(seen).toHaveLength(3);
  failures = [unavailable(), unavailable(), unavailable()];
  await expect(catalog().getProduct(product, { timeoutMs: 10_000 })).rejects.toMatchObject({ code: Code.Unavailable });
  expect(seen).toHaveLength(6);
});

test('who is busy is asked again only when it says when, and not before', async () => {
  failures = [busy()];
  await expect(catalog().getProduct(product)).rejects.toMatchObject({ code: Code.ResourceExhausted });
  expect(seen).toHaveLength(1);
  failures = [busy(40)];
  const begin = performance.now();
  await catalog().getProduct(product, { timeoutMs: 10_000 });
  expect(performance.now() - begin).toBeGreaterThanOrEqual(39);
});

test('no pause is longer than the deadline', async () => {
  failures = [busy(30_000)];
  await expect(catalog().getProduct(product)).rejects.toMatchObject({ code: Code.ResourceExhausted });
  expect(seen).toHaveLength(1);
});

test('a refusal that will not pass is not asked for twice', async () => {
  failures = [new ConnectError('no such product', Code.NotFound)];
  await expect(catalog().getProduct(product)).rejects.toMatchObject({ code: Code.NotFound });
  expect(seen).toHaveLength(1);
});

test('a service that stays away is asked less and less often', async () => {
  const client = catalog();
  for (let call = 0; call < 20; call++) {
    failures = [unavailable(), unavailable(), unavailable()];
    await client.getProduct(product, { timeoutMs: 10_000 }).catch(() => undefined);
  }
  expect(seen.length).toBeLessThanOrEqual(20 + 10 + 2);
}, 20_000);

test('a caller who goes away during a pause is not kept', async () => {
  const leaving = new AbortController();
  failures = [busy(5_000)];
  const call = catalog().getProduct(product, { timeoutMs: 60_000, signal: leaving.signal });
  setTimeout(() => leaving.abort(), 20);
  await expect(call).rejects.toMatchObject({ code: Code.Canceled });
});

test('each try carries the token of its moment, and a header of the caller comes first', async () => {
  const tokens = ['old', 'new'];
  failures = [unavailable()];
  const client = catalog({ token: () => tokens.shift() });
  await client.getProduct(product, { timeoutMs: 10_000 });
  await client.getProduct(product, { headers: { authorization: 'Bearer mine' } });
  const shown = seen.map(({ requestHeader }) => requestHeader.get('authorization'));
  expect(shown).toEqual(['Bearer old', 'Bearer new', 'Bearer mine']);
});
