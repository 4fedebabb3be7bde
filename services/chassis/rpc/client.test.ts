import { create, toBinary } from '@bufbuild/protobuf';
import { type Any, anyPack, type Duration, DurationSchema } from '@bufbuild/protobuf/wkt';
import { type Client, Code, createClient } from '@connectrpc/connect';
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogService, GetProductResponseSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { type Call, type Rpc, runInCall } from './call.ts';
import { errorOf, failure, peer, transportTo, type Unary } from './client.fixture.ts';
import { rpcOf } from './rpcs.ts';

const product = Buffer.from(
  toBinary(GetProductResponseSchema, create(GetProductResponseSchema, { product: { id: 'p1' } })),
);

function callWith(fields: Partial<Call>): Call {
  return { caller: { service: 'external' }, correlationId: 'c1', deadline: undefined, ...fields } as Call;
}

function comeBackIn(retryDelay: Duration): Any {
  return anyPack(RetryInfoSchema, create(RetryInfoSchema, { retryDelay }));
}

/** Milliseconds left when a call arrived, as the server sees them. */
function timeLeft(call: ServerUnaryCall<Buffer, Buffer>): number {
  const deadline = call.getDeadline();
  return (deadline instanceof Date ? deadline.getTime() : deadline) - Date.now();
}

test('the deadline of the call being served travels on, less a margin, and bounds the contract’s', async () => {
  let left = 0;
  const getProduct: Unary = (call, answer) => {
    left = timeLeft(call);
    answer(null, product);
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  const served = (deadline: number, rpc?: Rpc) =>
    runInCall(callWith({ deadline, ...(rpc && { rpc }) }), () => catalog.getProduct({ productId: 'p1' }));
  await served(Date.now() + 900);
  expect(left).toBeLessThanOrEqual(890);
  expect(left).toBeGreaterThan(0);

  // Who serves a longer call has time for the rest when this part does not come.
  await served(Date.now() + 60_000);
  expect(left).toBeLessThanOrEqual(1_000);
  // Who only passes it on knows how long its caller waits.
  await served(Date.now() + 60_000, rpcOf(CatalogService.method.getProduct));
  expect(left).toBeGreaterThan(50_000);
  expect(left).toBeLessThanOrEqual(59_990);
});

test('a call that brings no deadline gets the one of its contract, a shorter wish wins', async () => {
  const seen: number[] = [];
  const getProduct: Unary = (call, answer) => {
    seen.push(timeLeft(call));
    answer(null, product);
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  await catalog.getProduct({ productId: 'p1' });
  await catalog.getProduct({ productId: 'p1' }, { timeoutMs: 300 });
  expect(seen[0]).toBeGreaterThan(500);
  expect(seen[0]).toBeLessThanOrEqual(1_000);
  expect(seen[1]).toBeLessThanOrEqual(300);
});

test('nothing is sent when no time is left', async () => {
  let calls = 0;
  const getProduct: Unary = (_, answer) => {
    calls++;
    answer(null, product);
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  const late = callWith({ deadline: Date.now() + 5 });
  const error = await errorOf(runInCall(late, () => catalog.getProduct({ productId: 'p1' })));
  expect(error.code).toBe(Code.DeadlineExceeded);
  expect(calls).toBe(0);
});

test('user, service and correlation travel on, and a header given by the caller wins', async () => {
  const seen: Metadata[] = [];
  const getProduct: Unary = (call, answer) => {
    seen.push(call.metadata);
    answer(null, product);
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct }), 'service-token'));
  const call = callWith({
    caller: { service: 'gateway', user: { id: 'u1', roles: [], scopes: [], token: 'user-token' } },
  });
  await runInCall(call, () => catalog.getProduct({ productId: 'p1' }));
  await runInCall(call, () => catalog.getProduct({ productId: 'p1' }, { headers: { authorization: 'Bearer other' } }));
  expect(seen.map((metadata) => metadata.get('authorization'))).toEqual([['Bearer user-token'], ['Bearer other']]);
  expect(seen[0]?.get('x-tradewind-service')).toEqual(['service-token']);
  expect(seen[0]?.get('x-correlation-id')).toEqual(['c1']);
});

test('the details of an error survive, so that its reason can be read', async () => {
  const info = create(ErrorInfoSchema, {
    reason: 'PRODUCT_NOT_FOUND',
    domain: 'catalog.tradewind',
    metadata: { id: 'p1' },
  });
  const getProduct: Unary = (_, answer) => answer(failure(Code.NotFound, anyPack(ErrorInfoSchema, info)));
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  const error = await errorOf(catalog.getProduct({ productId: 'p1' }));
  expect(reasonOf(error)).toEqual({ reason: 'PRODUCT_NOT_FOUND', metadata: { id: 'p1' }, code: Code.NotFound });
});

test('an idempotent RPC is tried again while its service is unavailable', async () => {
  let calls = 0;
  const getProduct: Unary = (_, answer) => (++calls < 3 ? answer(failure(Code.Unavailable)) : answer(null, product));
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  const { product: found } = await catalog.getProduct({ productId: 'p1' }, { timeoutMs: 5_000 });
  expect(found?.id).toBe('p1');
  expect(calls).toBe(3);
});

test('an RPC that is not idempotent is never tried again', async () => {
  let calls = 0;
  const login: Unary = (_, answer) => {
    calls++;
    answer(failure(Code.Unavailable));
  };
  const identity = createClient(IdentityService, transportTo(await peer({ login })));
  const error = await errorOf(identity.login({ email: 'a@b.c', password: 'secret' }));
  expect(error.code).toBe(Code.Unavailable);
  expect(calls).toBe(1);
});

test('a lack of resources is tried again only when the answer says when to come back', async () => {
  let calls = 0;
  let details: Any[] = [];
  const getProduct: Unary = (_, answer) => {
    calls++;
    answer(failure(Code.ResourceExhausted, ...details));
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  await errorOf(catalog.getProduct({ productId: 'p1' }));
  expect(calls).toBe(1);
  details = [comeBackIn(create(DurationSchema, { nanos: 1_000_000 }))];
  await errorOf(catalog.getProduct({ productId: 'p1' }, { timeoutMs: 5_000 }));
  expect(calls).toBe(4);
});

test('a service that sheds load sees at most the retry budget on top of the calls', async () => {
  let calls = 0;
  const soon = comeBackIn(create(DurationSchema, { nanos: 1_000_000 }));
  const getProduct: Unary = (_, answer) => {
    calls++;
    answer(failure(Code.ResourceExhausted, soon));
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  await Promise.all(
    Array.from({ length: 100 }, () => errorOf(catalog.getProduct({ productId: 'p1' }, { timeoutMs: 5_000 }))),
  );
  // A first burst of ten, then a tenth of what was asked.
  expect(calls).toBeLessThanOrEqual(120);
  expect(calls).toBeGreaterThan(100);
});

test('a pause that would end after the deadline is not begun', async () => {
  const getProduct: Unary = (_, answer) => {
    answer(failure(Code.Unavailable, comeBackIn(create(DurationSchema, { seconds: 10n }))));
  };
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  const error = await errorOf(catalog.getProduct({ productId: 'p1' }, { timeoutMs: 1_000 }));
  expect(error.code).toBe(Code.Unavailable);
});

/** How a sign-in ends that is left while it waits for its answer, and whether the other side heard of that. */
async function left(signIn: (identity: Client<typeof IdentityService>, signal: AbortSignal) => Promise<unknown>) {
  const cancelled = Promise.withResolvers<'cancelled there'>();
  const arrived = Promise.withResolvers<void>();
  const login: Unary = (call) => {
    call.on('cancelled', () => cancelled.resolve('cancelled there'));
    arrived.resolve();
  };
  const leave = new AbortController();
  const outcome = errorOf(signIn(createClient(IdentityService, transportTo(await peer({ login }))), leave.signal));
  await arrived.promise;
  leave.abort();
  return [(await outcome).code, await cancelled.promise];
}

test('a call made for a caller who has gone is cancelled on the other side', async () => {
  const ended = left((identity, signal) =>
    runInCall(callWith({ signal }), () => identity.login({ email: 'a@b.c', password: 'secret' })),
  );
  expect(await ended).toEqual([Code.Canceled, 'cancelled there']);
});

test('a caller that gives up cancels the call on the other side', async () => {
  const ended = left((identity, signal) => identity.login({ email: 'a@b.c', password: 'secret' }, { signal }));
  expect(await ended).toEqual([Code.Canceled, 'cancelled there']);
});

test('calls are spread over all addresses', async () => {
  const seen = [0, 0];
  const counting = (index: number): Unary => {
    return (_, answer) => {
      seen[index] = (seen[index] ?? 0) + 1;
      answer(null, product);
    };
  };
  const [first, second] = [await peer({ getProduct: counting(0) }), await peer({ getProduct: counting(1) })];
  const catalog = createClient(CatalogService, transportTo(`${first},${second}`));
  await catalog.getProduct({ productId: 'p1' });
  await expect
    .poll(async () => {
      await catalog.getProduct({ productId: 'p1' });
      return Math.min(...seen);
    })
    .toBeGreaterThan(2);
});

test('an idempotent call waits for a service that is not up yet, within its deadline; another one fails at once', async () => {
  const address = '127.0.0.1:9';
  const transport = transportTo(address);
  const waits = await errorOf(
    createClient(CatalogService, transport).getProduct({ productId: 'p1' }, { timeoutMs: 200 }),
  );
  const fails = await errorOf(
    createClient(IdentityService, transport).login({ email: 'a@b.c', password: 'secret' }, { timeoutMs: 5_000 }),
  );
  expect([waits.code, fails.code]).toEqual([Code.DeadlineExceeded, Code.Unavailable]);
  expect([waits.rawMessage, fails.rawMessage]).toEqual([
    'there was no answer in time',
    'the service cannot be reached now',
  ]);
});
