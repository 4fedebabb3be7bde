import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { inEventContext } from '../../events/event-context.ts';
import { inStepContext } from '../../saga/step-context.ts';
import { type Call, runInCall } from '../call.ts';
import { errorOf } from '../client.fixture.ts';
import { Budget } from '../retry.ts';
import type { UnaryReply } from '../transport/unary.ts';
import { Hedge } from './hedge.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const reply: UnaryReply = { bytes: Buffer.alloc(0), header: undefined, trailer: undefined };

/** Sendings that are answered when the test says so. */
function network() {
  const sent: (PromiseWithResolvers<UnaryReply> & { cancelled: boolean })[] = [];
  const start = () => {
    const sending = { ...Promise.withResolvers<UnaryReply>(), cancelled: false };
    sent.push(sending);
    return {
      reply: sending.promise,
      cancel() {
        sending.cancelled = true;
        sending.reject(new ConnectError('cancelled', Code.Canceled));
      },
    };
  };
  return { sent, start };
}

const quick = () => ({ reply: Promise.resolve(reply), cancel() {} });

async function seasoned(budget = new Budget(0.05, 10, 0), calls = 40): Promise<Hedge> {
  const hedge = new Hedge('a.v1.B/C', budget);
  for (let count = 0; count < calls; count++) await hedge.send(quick, undefined);
  return hedge;
}

test('a second call goes out when the first is slower than usual; its answer counts, and the first is cancelled', async () => {
  const hedge = await seasoned();
  const { sent, start } = network();
  const answer = hedge.send(start, undefined);
  await vi.advanceTimersByTimeAsync(9);
  expect(sent.length).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent.length).toBe(2);
  sent[1]?.resolve(reply);
  expect(await answer).toBe(reply);
  expect(sent.map(({ cancelled }) => cancelled)).toEqual([true, false]);
});

const saga = { id: '1', kind: 'checkout', status: 'running' as const, correlation: null, traceparent: null };
const meta = {
  id: '1',
  type: 'a.v1.Done',
  subject: '2',
  time: new Date(),
  attempts: 1,
  correlationId: '3',
  causationId: undefined,
};

test.each([
  [
    'a step of a saga',
    (run: () => Promise<void>) =>
      inStepContext(saga, 'pay', { deadline: Date.now() + 1000, signal: new AbortController().signal }, run),
  ],
  [
    'a handler of events',
    (run: () => Promise<void>) => inEventContext({ consumer: 'reader', limitMs: 1_000 }, meta, undefined, run),
  ],
])('%s, which serves no RPC, has its slow reads asked twice too', async (_, inContext) => {
  const hedge = await seasoned();
  const { sent, start } = network();
  const answer = inContext(async () => void (await hedge.send(start, undefined)));
  await vi.advanceTimersByTimeAsync(10);
  sent[1]?.resolve(reply);
  await answer;
  expect(sent.length).toBe(2);
});

test('a second call that cannot be made, as when the client was closed meanwhile, leaves the first to be answered', async () => {
  const hedge = await seasoned();
  const { sent, start } = network();
  const closed = () => {
    if (sent.length > 0) throw new Error('Channel has been shut down');
    return start();
  };
  const answer = hedge.send(closed, undefined);
  await vi.advanceTimersByTimeAsync(10);
  sent[0]?.resolve(reply);
  expect(await answer).toBe(reply);
});

test('the second is cancelled when the first answers after all', async () => {
  const hedge = await seasoned();
  const { sent, start } = network();
  const answer = hedge.send(start, undefined);
  await vi.advanceTimersByTimeAsync(10);
  sent[0]?.resolve(reply);
  expect(await answer).toBe(reply);
  expect(sent.map(({ cancelled }) => cancelled)).toEqual([false, true]);
});

test('when one breaks the other may still answer; when both do, the caller hears so', async () => {
  const hedge = await seasoned();
  const broken = new ConnectError('gone', Code.Unavailable);
  for (const second of ['answers', 'breaks']) {
    const { sent, start } = network();
    const answer = hedge.send(start, undefined).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10);
    sent[0]?.reject(broken);
    if (second === 'answers') sent[1]?.resolve(reply);
    else sent[1]?.reject(broken);
    expect(await answer).toBe(second === 'answers' ? reply : broken);
  }
});

test('a refusal is an answer: the other is not waited for', async () => {
  const hedge = await seasoned();
  const { sent, start } = network();
  const answer = errorOf(hedge.send(start, undefined));
  await vi.advanceTimersByTimeAsync(10);
  const info = { desc: ErrorInfoSchema, value: { reason: 'PRODUCT_NOT_FOUND' } };
  sent[1]?.reject(new ConnectError('no', Code.NotFound, undefined, [info]));
  expect((await answer).code).toBe(Code.NotFound);
  expect(sent[0]?.cancelled).toBe(true);
});

test('nothing is hedged before twenty answers were seen, near the deadline, or for a handler that serves a stream', async () => {
  const { sent, start } = network();
  (await seasoned(undefined, 19)).send(start, undefined);
  const hedge = await seasoned();
  hedge.send(start, Date.now() + 10);
  runInCall({ rpc: { method: { methodKind: 'server_streaming' } } } as Call, () => hedge.send(start, undefined));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent.length).toBe(3);
});

test('at most one call in twenty is a second one', async () => {
  const hedge = await seasoned(undefined, 20);
  const { sent, start } = network();
  for (let count = 0; count < 180; count++) {
    const answer = hedge.send(start, undefined);
    await vi.advanceTimersByTimeAsync(10);
    sent.at(-1)?.resolve(reply);
    await answer;
  }
  // Two hundred calls in all.
  expect(sent.length - 180).toBeGreaterThan(0);
  expect(sent.length - 180).toBeLessThanOrEqual(10);
});
