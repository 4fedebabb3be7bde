import { create, toBinary } from '@bufbuild/protobuf';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { Code, createClient } from '@connectrpc/connect';
import { afterEach, expect, test, vi } from 'vitest';
import { RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import {
  BatchGetProductsResponseSchema,
  CatalogService,
  GetProductResponseSchema,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { eventually } from '../testing/eventually.ts';
import { type Call, runInCall } from './call.ts';
import { errorOf, failure, peer, transportTo, type Unary } from './client.fixture.ts';

afterEach(() => void vi.useRealTimers());

const product = Buffer.from(
  toBinary(GetProductResponseSchema, create(GetProductResponseSchema, { product: { id: 'p1' } })),
);
const none = Buffer.from(toBinary(BatchGetProductsResponseSchema, create(BatchGetProductsResponseSchema)));
const user = { email: 'a@b.c', password: 'secret' };
/** How many lists of one service a client asks for at a time. */
const REPORTING_PLACES = 5;
/** How long a reader waits for a server that does not answer. */
const PATIENCE_MS = 1_000;

function asUser<T>(id: string, work: () => T): T {
  const caller = { service: 'gateway', user: { id, roles: [], token: `token of ${id}` } };
  return runInCall({ caller, correlationId: 'c1', deadline: undefined } as unknown as Call, work);
}

test('a dependency that answers nothing holds no caller once the circuit is open', async () => {
  let arrived = 0;
  const login: Unary = () => void arrived++;
  const identity = createClient(IdentityService, transportTo(await peer({ login })));
  await Promise.all(Array.from({ length: 10 }, () => errorOf(identity.login(user, { timeoutMs: 1_000 }))));
  const error = await errorOf(identity.login(user, { timeoutMs: 60_000 }));
  expect([error.code, error.rawMessage]).toEqual([
    Code.Unavailable,
    'identity has been failing: circuit open, try again in 30 s',
  ]);
  expect(arrived).toBe(10);
});

test('a circuit closes again when the dependency answers', async () => {
  let ill = true;
  const login: Unary = (_, answer) => answer(ill ? failure(Code.Unavailable) : null, Buffer.alloc(0));
  const identity = createClient(IdentityService, transportTo(await peer({ login })));
  vi.useFakeTimers({ toFake: ['Date'] });
  for (let count = 0; count < 10; count++) await errorOf(identity.login(user));
  expect((await errorOf(identity.login(user))).rawMessage).toContain('circuit open');
  ill = false;
  vi.setSystemTime(Date.now() + 31_000);
  for (let count = 0; count < 20; count++) await identity.login(user);
});

test('one ill server of two does not open the circuit', async () => {
  const ill: Unary = (_, answer) => answer(failure(Code.Unavailable));
  const well: Unary = (_, answer) => answer(null, Buffer.alloc(0));
  const target = `${await peer({ login: ill })},${await peer({ login: well })}`;
  const identity = createClient(IdentityService, transportTo(target));
  // The first call may come before both are connected.
  await expect.poll(() => errorOf(identity.login(user)).catch(() => undefined)).toBeDefined();
  let answered = 0;
  for (let count = 0; count < 40; count++) {
    await identity.login(user).then(
      () => answered++,
      () => {},
    );
  }
  expect(answered).toBeGreaterThanOrEqual(20);
});

test('a flood of one kind is refused at once when its queue is full, while other kinds go on', async () => {
  const held = Promise.withResolvers<void>();
  const getProduct: Unary = (_, answer) => void held.promise.then(() => answer(null, product));
  const batchGetProducts: Unary = (_, answer) => answer(null, none);
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct, batchGetProducts })));
  const options = { timeoutMs: 60_000 };
  const flood = Array.from({ length: 1_020 }, () => catalog.getProduct({ productId: 'p1' }, options));
  const error = await errorOf(catalog.getProduct({ productId: 'p1' }, options));
  expect(error.code).toBe(Code.ResourceExhausted);
  expect(error.findDetails(RetryInfoSchema).length).toBe(1);
  expect(await catalog.batchGetProducts({ productIds: ['p1'] }, options)).toMatchObject({ products: [] });
  held.resolve();
  expect((await Promise.all(flood)).length).toBe(1_020);
});

test('who pauses before trying again takes no place meanwhile', async () => {
  let arrived = 0;
  const retryDelay = { seconds: 30n, nanos: 0 };
  const comeBack = anyPack(RetryInfoSchema, create(RetryInfoSchema, { retryDelay }));
  const listOrders: Unary = (_, answer) =>
    ++arrived > REPORTING_PLACES
      ? answer(null, Buffer.alloc(0))
      : answer(failure(Code.ResourceExhausted, comeBack), Buffer.alloc(0));
  const orders = createClient(OrdersService, transportTo(await peer({ listOrders })));
  const leave = new AbortController();
  const pausing = Array.from({ length: REPORTING_PLACES }, () =>
    errorOf(orders.listOrders({}, { timeoutMs: 60_000, signal: leave.signal })),
  );
  await orders.listOrders({}, { timeoutMs: 10_000 });
  expect(arrived).toBe(REPORTING_PLACES + 1);
  leave.abort();
  expect((await Promise.all(pausing)).map(({ code }) => code)).toEqual(pausing.map(() => Code.Canceled));
});

test('a slow server is not waited for: the other one answers, and the slow one sees its call cancelled', async () => {
  let slow = false;
  let waiting = 0;
  let spared = 0;
  const first: Unary = (call, answer) => {
    if (!slow) return answer(null, product);
    const begin = performance.now();
    waiting++;
    call.on('cancelled', () => {
      if (performance.now() - begin < PATIENCE_MS / 2) spared++;
    });
  };
  const second: Unary = (_, answer) => answer(null, product);
  const target = `${await peer({ getProduct: first })},${await peer({ getProduct: second })}`;
  const catalog = createClient(CatalogService, transportTo(target));
  const read = () => catalog.getProduct({ productId: 'p1' }, { timeoutMs: PATIENCE_MS });
  for (let count = 0; count < 40; count++) await read();
  slow = true;
  // A busy machine may have used up what second calls there are: then some readers wait in vain, until enough others were answered.
  await eventually(
    async () => {
      await read().catch(() => undefined);
      expect([waiting > 0, spared > 0]).toEqual([true, true]);
    },
    { timeoutMs: 25_000 },
  );
});

test('an earlier answer stands in, marked with its age, for the same user and request, and not for longer than it may', async () => {
  let ill = false;
  const getProduct: Unary = (_, answer) => answer(ill ? failure(Code.Unavailable) : null, product);
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  let age: string | null = null;
  const onHeader = (header: Headers) => {
    age = header.get('x-tradewind-stale');
  };
  const read = (as: string, productId = 'p1') => asUser(as, () => catalog.getProduct({ productId }, { onHeader }));
  vi.useFakeTimers({ toFake: ['Date'] });
  await read('ann');
  expect(age).toBeNull();
  ill = true;
  vi.setSystemTime(Date.now() + 30_000);
  expect((await read('ann')).product?.id).toBe('p1');
  expect(age).toBe('30');
  expect((await errorOf(read('bob'))).code).toBe(Code.Unavailable);
  expect((await errorOf(read('ann', 'p2'))).code).toBe(Code.Unavailable);
  vi.setSystemTime(Date.now() + 31_000);
  expect((await errorOf(read('ann'))).code).toBe(Code.Unavailable);
});

test('a refusal is never hidden by an earlier answer, and ends its standing in', async () => {
  let state: Code | undefined;
  const getProduct: Unary = (_, answer) => answer(state === undefined ? null : failure(state), product);
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  const read = () => catalog.getProduct({ productId: 'p1' });
  await read();
  state = Code.Unavailable;
  await read();
  state = Code.NotFound;
  expect((await errorOf(read())).code).toBe(Code.NotFound);
  state = Code.Unavailable;
  expect((await errorOf(read())).code).toBe(Code.Unavailable);
});
