import { Code } from '@connectrpc/connect';
import { afterEach, expect, test, vi } from 'vitest';
import { registry } from '#chassis/metrics.ts';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { errorOf } from '../client.fixture.ts';
import { Bulkhead } from './bulkhead.ts';

afterEach(() => void vi.useRealTimers());

/** A bulkhead of three places, all taken by work that ends when told to. */
function full() {
  const bulkhead = new Bulkhead('orders', { name: 'background', places: 3, waiting: 30 });
  const ends = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const running = ends.map(({ promise }) => bulkhead.run(() => promise, undefined, undefined));
  return { bulkhead, ends, running };
}

const nothing = async () => {};

async function waiting(): Promise<string | undefined> {
  const text = await registry.getSingleMetricAsString('tradewind_bulkhead_waiting');
  return /dependency="orders",bulkhead="background"\} (\d+)/.exec(text)?.[1];
}

test('calls wait for a place in the order they came, also when the one before failed', async () => {
  const { bulkhead, ends, running } = full();
  const order: number[] = [];
  const waiters = [1, 2, 3].map((index) => bulkhead.run(async () => void order.push(index), undefined, undefined));
  expect(await waiting()).toBe('3');
  ends[0]?.reject(new Error('failed'));
  await expect(running[0]).rejects.toThrow('failed');
  await Promise.all(waiters);
  expect(order).toEqual([1, 2, 3]);
  expect(await waiting()).toBe('0');
});

test('never more calls at a time than places', async () => {
  const bulkhead = new Bulkhead('orders', { name: 'background', places: 3, waiting: 97 });
  let [now, most] = [0, 0];
  const work = async () => {
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    now--;
  };
  await Promise.all(Array.from({ length: 100 }, () => bulkhead.run(work, undefined, undefined)));
  expect([now, most]).toEqual([0, 3]);
});

test('a full queue refuses at once, saying why and when to come back', async () => {
  const { bulkhead, ends } = full();
  const waiters = Array.from({ length: 30 }, () => bulkhead.run(nothing, undefined, undefined));
  const error = await errorOf(bulkhead.run(nothing, undefined, undefined));
  expect(error.code).toBe(Code.ResourceExhausted);
  expect(error.rawMessage).toMatch(/^too many background calls to orders are waiting: try again in \d+ s$/);
  expect(error.findDetails(ErrorInfoSchema)[0]?.reason).toBe('BULKHEAD_FULL');
  expect(error.findDetails(RetryInfoSchema)[0]?.retryDelay).toBeDefined();
  for (const { resolve } of ends) resolve();
  await Promise.all(waiters);
});

test('who waits leaves at its deadline, and makes room', async () => {
  vi.useFakeTimers();
  const { bulkhead, ends } = full();
  const waiter = errorOf(bulkhead.run(nothing, Date.now() + 500, undefined));
  await vi.advanceTimersByTimeAsync(500);
  expect((await waiter).code).toBe(Code.DeadlineExceeded);
  expect(await waiting()).toBe('0');
  for (const { resolve } of ends) resolve();
  await expect(bulkhead.run(async () => 'served', undefined, undefined)).resolves.toBe('served');
});

test('who waits leaves when its caller gives up, and its work is never begun', async () => {
  const { bulkhead, ends, running } = full();
  const abort = new AbortController();
  const work = vi.fn(nothing);
  const waiter = errorOf(bulkhead.run(work, undefined, abort.signal));
  abort.abort();
  expect((await waiter).code).toBe(Code.Canceled);
  for (const { resolve } of ends) resolve();
  await Promise.all(running);
  expect(work).not.toHaveBeenCalled();
});
