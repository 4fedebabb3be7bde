import { type Client, Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { overloaded } from '../rpc/limit/overloaded.ts';
import { pushbackMs } from '../rpc/pushback.ts';
import { bulkheadFull, circuitOpen, unreachable } from '../rpc/resilience/refusal.ts';
import { runToEnd, testClock } from '../testing/memory-sagas.ts';
import { defineSaga, type RetryPlan } from './define.ts';

const PLAN: RetryPlan = { baseMs: 10, capMs: 30_000, maxAttempts: 2 };

/** Runs a saga whose step after the pivot fails with each of these errors in turn, and tells how long it waited after each. */
async function failingWith(errors: (Error | Promise<Error>)[], retry = PLAN) {
  const clock = testClock();
  const waits: number[] = [];
  const attempts: number[] = [];
  let since = clock.now().getTime();
  const saga = defineSaga('refused', [
    { name: 'pivot', pivot: true, do: async () => {} },
    {
      name: 'call',
      retry,
      async do({ attempt }) {
        since = clock.now().getTime();
        const error = errors[attempts.push(attempt) - 1];
        if (error) throw await error;
      },
    },
  ]);
  const rested = () => void waits.push(clock.now().getTime() - since);
  const { status, history } = await runToEnd(saga, {}, { clock, rested });
  return { status, waits, attempts, history };
}

const comesBackIn = (seconds: number) =>
  new ConnectError('later', Code.Unavailable, undefined, [
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: BigInt(seconds), nanos: 0 } } },
  ]);

/** An answer of the service that it cannot do that now. */
const refused = () =>
  new ConnectError('later', Code.Unavailable, undefined, [
    { desc: ErrorInfoSchema, value: { reason: 'PROVIDER_UNAVAILABLE', domain: 'payments.tradewind' } },
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 1n, nanos: 0 } } },
  ]);

/** A refusal as its caller gets it over the wire. */
async function overTheWire(refusal: ConnectError): Promise<Error> {
  const refuse = () => Promise.reject(refusal);
  const transport = createRouterTransport(({ service }) => service(PaymentsService, { capturePayment: refuse }));
  const client: Client<typeof PaymentsService> = createClient(PaymentsService, transport);
  return client.capturePayment({}).then(
    () => new Error('was not refused'),
    (error: Error) => error,
  );
}

describe('a step', () => {
  test('whose call is refused with a time to come back does not come back before', async () => {
    const { status, waits } = await failingWith([comesBackIn(7)]);
    expect(status).toBe('completed');
    expect(waits[0]).toBeGreaterThanOrEqual(7_000);
    expect(waits[0]).toBeLessThanOrEqual(7_010);
  });

  test('waits no longer than its own cap, whatever it is told', async () => {
    const { waits } = await failingWith([comesBackIn(3_600)], { ...PLAN, capMs: 500 });
    expect(waits[0]).toBeGreaterThanOrEqual(500);
    expect(waits[0]).toBeLessThanOrEqual(510);
  });

  test.each([
    ['an open circuit', () => circuitOpen('payments', 4_000)],
    ['a full bulkhead', () => bulkheadFull('payments', 'write', 4_000)],
  ])('turned away by %s keeps its tries and comes back when told', async (_what, refusal) => {
    const { status, waits, attempts } = await failingWith([refusal(), refusal(), refusal(), refusal()]);
    expect(status).toBe('completed');
    expect(attempts).toEqual([1, 1, 1, 1, 1]);
    expect(waits.filter((wait) => wait < 4_000 || wait > 4_010)).toEqual([]);
    expect(waits).toHaveLength(4);
  });

  test('shed at the gate of the other side keeps its tries and comes back when told', async () => {
    const refusals = [overloaded('default'), overloaded('default'), overloaded('default')];
    const { status, waits, attempts, history } = await failingWith(refusals.map(overTheWire));
    expect(status).toBe('completed');
    expect(attempts).toEqual([1, 1, 1, 1]);
    expect(waits.filter((wait, at) => wait < Math.floor(pushbackMs(refusals[at] ?? comesBackIn(0)) ?? 0))).toEqual([]);
    expect(history[1]).toMatchObject({ step: 'call', outcome: 'failed', times: 3 });
  });

  test.each([
    ['that cannot be reached', () => unreachable('payments')],
    ['that nobody answers', () => new ConnectError('gone', Code.Unavailable)],
  ])(
    '%s is tried for as long as that lasts, less and less often, and has half of its tries afterwards',
    async (_what, unanswered) => {
      const plan = { baseMs: 10, capMs: 30_000, maxAttempts: 8 };
      const outage = Array.from({ length: 40 }, unanswered);
      expect(await failingWith(outage, plan)).toMatchObject({ status: 'completed' });
      const { status, attempts } = await failingWith([...outage, ...Array.from({ length: 4 }, refused)], plan);
      expect(status).toBe('parked');
      expect(attempts.slice(0, 7)).toEqual([1, 2, 3, 4, 5, 5, 5]);
      expect(attempts.slice(40)).toEqual([5, 6, 7, 8]);
    },
  );

  test('that was tried uses up its tries, also when it is told when to come back', async () => {
    const { status, attempts } = await failingWith([refused(), refused(), refused()]);
    expect(status).toBe('parked');
    expect(attempts).toEqual([1, 2]);
  });
});
