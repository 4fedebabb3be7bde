import { create } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { expect, it } from 'vitest';
import {
  OrdersService,
  PlaceOrderRequestSchema,
  PlaceOrderResponseSchema,
} from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import type { Call } from '../call.ts';
import { rpcOf } from '../rpcs.ts';
import { ServedCall } from '../served-call.ts';
import { idempotency } from './idempotency.ts';

const rpc = rpcOf(OrdersService.method.placeOrder);
const request = create(PlaceOrderRequestSchema, { requestId: '0190f3b2-7d2a-7c3e-9f00-123456789abc' });
const answer = create(PlaceOrderResponseSchema);
const call = () => new ServedCall(rpc, { get: () => undefined }, undefined);

/** Work that ends when it is told to, or with its call. */
function slowWork() {
  const runs: (() => void)[] = [];
  const next = idempotency(rpc)((by: Call) => {
    const run = Promise.withResolvers<typeof answer>();
    by.signal.addEventListener('abort', () => run.reject(by.signal.reason));
    runs.push(() => run.resolve(answer));
    return run.promise;
  });
  return { runs, next };
}

/** Work that ends when it is told to and does not hear that its call has ended. */
function deafWork() {
  const runs: PromiseWithResolvers<typeof answer>[] = [];
  const next = idempotency(rpc)(() => {
    const run = Promise.withResolvers<typeof answer>();
    runs.push(run);
    return run.promise;
  });
  return { runs, next };
}

it('two calls with one request_id share one piece of work', async () => {
  const { runs, next } = slowWork();
  const both = [next(call(), request), next(call(), request)];
  for (const end of runs) end();
  expect(await Promise.all(both)).toEqual([answer, answer]);
  expect(runs).toHaveLength(1);
});

it('the second gets its answer though the first caller went and its work stopped', async () => {
  const { runs, next } = slowWork();
  const impatient = call();
  const first = next(impatient, request);
  const second = next(call(), request);
  impatient.cancel('the caller is gone', Code.Canceled);
  await expect(first).rejects.toMatchObject({ code: Code.Canceled });
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.();
  expect(await second).toBe(answer);
});

it('a repeat after a departed caller is served, though the work of the first never ends', async () => {
  const { runs, next } = deafWork();
  const impatient = call();
  void next(impatient, request);
  const waiting = next(call(), request);
  impatient.cancel('the caller is gone', Code.Canceled);
  const late = next(call(), request);
  await expect.poll(() => runs.length).toBe(2);
  runs[1]?.resolve(answer);
  expect(await Promise.all([waiting, late])).toEqual([answer, answer]);
});

it('the end of work that nobody waits for lets later calls share the newer', async () => {
  const { runs, next } = deafWork();
  const impatient = call();
  const first = next(impatient, request);
  impatient.cancel('the caller is gone', Code.Canceled);
  const second = next(call(), request);
  runs[0]?.resolve(answer);
  await first;
  const third = next(call(), request);
  for (const run of runs) run.resolve(answer);
  expect(await Promise.all([second, third])).toEqual([answer, answer]);
  expect(runs).toHaveLength(2);
});
