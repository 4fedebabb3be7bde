import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { EUR, type OpenPayments, openPayments } from '../../services/payments/harness.ts';
import { buildPayments } from '../../services/payments/payments.ts';
import { ENOUGH_MS, explain, operation, roundsOf } from './explained.ts';
import {
  answer,
  type Card,
  capture,
  charge,
  claim,
  done,
  giveBack,
  givenBack,
  giveUp,
  intend,
  type Model,
  recoverPayment,
  recoverRefund,
  report,
  requests,
  type State,
  TOTAL,
} from './payment.model.ts';

type World = ReturnType<typeof order>;

let payments: OpenPayments;
let processes: Pick<OpenPayments, 'authorize' | 'capture' | 'void' | 'refund'>[];
beforeAll(async () => {
  payments = await openPayments();
  processes = [payments, buildPayments(payments.db.another(), payments.sandbox, 60)];
});
afterAll(() => payments.db.drop());

function order(cards: readonly Card[]) {
  const orderId = newId();
  const [ids, refundIds] = [
    [newId(), newId()],
    [newId(), newId()],
  ];
  const at = (process: number) => processes[process] ?? payments;
  const idOf = (all: readonly string[], index: number) => all[index] ?? '';
  const done = async (call: Promise<unknown>) => {
    await call;
    return 'done';
  };
  const withPayment = async (request: number, act: (paymentId: string) => Promise<unknown>) => {
    const [row] = await payments.db.sql<{ id: string }[]>`
      select id from payment where request_id = ${idOf(ids, request)} and amount is not null`;
    return row ? done(act(row.id)) : 'none';
  };
  return {
    authorize: (process: number, request: number) =>
      done(
        at(process).authorize({
          ...{ requestId: idOf(ids, request), orderId, nanos: BigInt(TOTAL) * EUR, currency: 'EUR' },
          token: cards[request] ?? '',
        }),
      ),
    void: (process: number, request: number) => done(at(process).void(idOf(ids, request), orderId)),
    capture: (process: number, request: number) => withPayment(request, (id) => at(process).capture(id)),
    refund: (process: number, refund: number, request: number, euros: number) =>
      withPayment(request, (paymentId) => {
        const amount = { nanos: BigInt(euros) * EUR, currency: 'EUR' };
        return at(process).refund({ requestId: idOf(refundIds, refund), paymentId, amount, reason: 'returned' });
      }),
    recover: () => done(payments.recoverNow()),
    async observe() {
      const rows = await payments.db.sql<{ request: string; state: State; refunded: string }[]>`
        select request_id as request, case when amount is null then 'buried' else state end as state, refunded
        from payment where order_id = ${orderId}`;
      return {
        states: ids.map((id) => rows.find(({ request }) => request === id)?.state ?? 'never asked'),
        refunded: rows.reduce((sum, { refunded }) => sum + Number(refunded), 0),
        told: (await payments.events(orderId)).sort(),
      };
    },
    /** What the provider holds or took for the order, and what it gave back. */
    async held() {
      const charges = await payments.charges(orderId);
      return {
        held: charges.map(({ state }) => state).filter((state) => state === 'AUTHORIZED' || state === 'CAPTURED'),
        refunded: charges.reduce((sum, { refunded }) => sum + Number(refunded), 0),
      };
    },
  };
}

const authorizing = (at: number, which: number) => {
  const moments = [intend(which), charge(which), report(which), answer(which)];
  return operation<Model, World>(`authorize ${which}`, moments, (world) => world.authorize(at, which));
};
const capturing = (at: number, which: number) =>
  operation<Model, World>(`capture ${which}`, [capture(which)], (world) => world.capture(at, which));
const voiding = (at: number, which: number) =>
  operation<Model, World>(`void ${which}`, [giveUp(which)], (world) => world.void(at, which));
const refunding = (at: number, refund: number, which: number, euros: number) => {
  const moments = [claim(refund, which, euros), giveBack(refund)];
  const name = `refund ${refund} of ${which}: ${euros} EUR`;
  return operation<Model, World>(name, moments, (world) => world.refund(at, refund, which, euros));
};
const recovering = operation<Model, World>(
  'recover',
  [...requests.map(recoverPayment), ...requests.map(recoverRefund), (model) => done(model)],
  (world) => world.recover(),
);

const process = fc.nat({ max: 1 });
/** Two requests side by side; most of what is done is done to the first. */
const request = fc.constantFrom(0, 0, 1);
const refund = fc.nat({ max: 1 });
const euros = fc.constantFrom(3, 5, 7, 10);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(process, request).map(([at, which]) => authorizing(at, which)) },
  { weight: 1, arbitrary: fc.tuple(process, request).map(([at, which]) => capturing(at, which)) },
  { weight: 1, arbitrary: fc.tuple(process, request).map(([at, which]) => voiding(at, which)) },
  { weight: 4, arbitrary: fc.tuple(process, refund, request, euros).map((wish) => refunding(...wish)) },
  { weight: 1, arbitrary: fc.constant(recovering) },
);
const prelude = [authorizing(0, 0), recovering, capturing(1, 0), capturing(0, 0)];
const cards = fc.tuple(
  fc.constantFrom<Card[]>('tok_visa', 'tok_duplicate', 'tok_lost_answer'),
  fc.constantFrom<Card[]>('tok_visa', 'tok_declined', 'tok_duplicate', 'tok_lost_answer'),
);

test('whatever two processes do to the payments of an order side by side, some order explains every answer, and the provider holds that money', async () => {
  await fc.assert(
    fc.asyncProperty(cards, roundsOf(step, 8, prelude), async (shown, rounds) => {
      const world = order(shown);
      const start: Model = {
        ...{ cards: shown, told: [], heard: requests.map(() => false) },
        states: requests.map(() => 'never asked'),
        refunds: requests.map(() => ({ payment: 0, euros: 0, done: false })),
      };
      await explain(start, world, rounds, {
        real: () => world.observe(),
        model: (model) => ({ states: model.states, refunded: givenBack(model), told: model.told }),
      });
      await world.recover();
      const { states, refunded } = await world.observe();
      const holding = states.filter((state) => ['AUTHORIZED', 'CAPTURED', 'REFUNDED'].includes(state));
      expect(await world.held()).toEqual({
        held: holding.map((state) => (state === 'REFUNDED' ? 'CAPTURED' : state)),
        refunded,
      });
      expect(holding.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 150, interruptAfterTimeLimit: ENOUGH_MS },
  );
});
