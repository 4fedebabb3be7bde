import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { EUR, type OpenPayments, openPayments } from '../../services/payments/harness.ts';
import { buildPayments } from '../../services/payments/payments.ts';
import { explain, type Moment, operation, roundsOf } from './explained.ts';

type State = 'never asked' | 'buried' | 'PENDING' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'VOIDED' | 'REFUNDED';
type Card = 'tok_visa' | 'tok_declined' | 'tok_duplicate' | 'tok_lost_answer';

/** What payments promises for two requests to pay one order of 10 EUR, and for two requests to give some of it back. */
interface Model {
  cards: readonly Card[];
  states: readonly State[];
  /** Requests that the provider has heard of. */
  heard: readonly boolean[];
  refunds: readonly { payment: number; euros: number; done: boolean }[];
  told: readonly string[];
}

const TOTAL = 10;
const requests = [0, 1];
const LIVE = ['PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'REFUNDED'];
const NO_PAYMENT = ['never asked', 'buried'];

const stateOf = (model: Model, request: number): State => model.states[request] ?? 'never asked';
const put = (model: Model, request: number, state: State, ...told: string[]): Model => ({
  ...model,
  states: model.states.with(request, state),
  told: [...model.told, ...told].sort(),
});
const done = (model: Model, answer = 'done') => [{ model, answer }];

/** What an authorization is answered once its payment is decided. */
function answerOf(state: State): string {
  if (state === 'VOIDED' || state === 'buried') return 'WRONG_STATE';
  return state === 'DECLINED' ? 'CARD_DECLINED' : 'done';
}

const intend =
  (request: number): Moment<Model> =>
  (model) => {
    const state = stateOf(model, request);
    const taken = model.states.some((other, at) => at !== request && LIVE.includes(other));
    if (state === 'never asked')
      return taken ? done(model, 'ORDER_ALREADY_PAID') : [{ model: put(model, request, 'PENDING') }];
    return state === 'PENDING' ? [{ model }] : done(model, answerOf(state));
  };

/** The provider acts, and says so unless its answer is lost. */
const charge =
  (request: number): Moment<Model> =>
  (model) => {
    const lost = model.cards[request] === 'tok_lost_answer' && !model.heard[request];
    const after = { ...model, heard: model.heard.with(request, true) };
    return lost ? done(after, 'PROVIDER_UNAVAILABLE') : [{ model: after }];
  };

function noted(model: Model, request: number): Model {
  if (stateOf(model, request) !== 'PENDING') return model;
  return model.cards[request] === 'tok_declined'
    ? put(model, request, 'DECLINED', 'PaymentDeclined')
    : put(model, request, 'AUTHORIZED', 'PaymentAuthorized');
}

const answer =
  (request: number): Moment<Model> =>
  (model) => {
    const after = noted(model, request);
    return done(after, answerOf(stateOf(after, request)));
  };

/** The provider tells of its own accord. */
const report =
  (request: number): Moment<Model> =>
  (model) => [{ model: model.cards[request] === 'tok_duplicate' ? noted(model, request) : model }];

const capture =
  (request: number): Moment<Model> =>
  (model) => {
    const state = stateOf(model, request);
    if (NO_PAYMENT.includes(state)) return done(model, 'none');
    if (state === 'AUTHORIZED') return done(put(model, request, 'CAPTURED', 'PaymentCaptured'));
    return done(model, state === 'CAPTURED' || state === 'REFUNDED' ? 'done' : 'WRONG_STATE');
  };

const giveUp =
  (request: number): Moment<Model> =>
  (model) => {
    const state = stateOf(model, request);
    if (state === 'CAPTURED' || state === 'REFUNDED') return done(model, 'WRONG_STATE');
    if (state === 'never asked') return done(put(model, request, 'buried'));
    return done(state === 'PENDING' || state === 'AUTHORIZED' ? put(model, request, 'VOIDED', 'PaymentVoided') : model);
  };

const claim =
  (refund: number, payment: number, euros: number): Moment<Model> =>
  (model) => {
    const known = model.refunds[refund];
    const state = stateOf(model, payment);
    if (NO_PAYMENT.includes(state)) return done(model, 'none');
    if (known?.euros) {
      if (known.payment !== payment || known.euros !== euros) return done(model, 'REQUEST_ID_REUSED');
      return known.done ? done(model) : [{ model }];
    }
    if (state !== 'CAPTURED') return done(model, 'WRONG_STATE');
    if (claimed(model) + euros > TOTAL) return done(model, 'REFUND_TOO_LARGE');
    return [{ model: { ...model, refunds: model.refunds.with(refund, { payment, euros, done: false }) } }];
  };

const claimed = ({ refunds }: Model) => refunds.reduce((sum, { euros }) => sum + euros, 0);
const givenBack = ({ refunds }: Model) => refunds.reduce((sum, each) => sum + (each.done ? each.euros : 0), 0);

function paidBack(model: Model, refund: number): Model {
  const known = model.refunds[refund];
  if (!known?.euros || known.done) return model;
  const after: Model = { ...model, refunds: model.refunds.with(refund, { ...known, done: true }) };
  const state = givenBack(after) === TOTAL ? 'REFUNDED' : stateOf(model, known.payment);
  return put(after, known.payment, state, 'PaymentRefunded');
}

const giveBack =
  (refund: number): Moment<Model> =>
  (model) =>
    done(paidBack(model, refund));

/** The sweeper learns of what the provider did. What somebody else has in hand it may pass over. */
const recoverPayment =
  (request: number): Moment<Model> =>
  (model) => [{ model: model.heard[request] ? noted(model, request) : model }];
const recoverRefund =
  (refund: number): Moment<Model> =>
  (model) => [{ model: paidBack(model, refund) }, { model }];

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

const process = fc.nat({ max: 1 });
const request = fc.nat({ max: 1 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(process, request).map(([at, which]) => {
      const moments = [intend(which), charge(which), report(which), answer(which)];
      return operation<Model, World>(`authorize ${which}`, moments, (world) => world.authorize(at, which));
    }),
  },
  fc
    .tuple(process, request)
    .map(([at, which]) => operation<Model, World>(`void ${which}`, [giveUp(which)], (world) => world.void(at, which))),
  {
    weight: 2,
    arbitrary: fc
      .tuple(process, request)
      .map(([at, which]) =>
        operation<Model, World>(`capture ${which}`, [capture(which)], (world) => world.capture(at, which)),
      ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(process, request, request, fc.constantFrom(3, 5, 7, 10)).map(([at, refund, which, euros]) => {
      const moments = [claim(refund, which, euros), giveBack(refund)];
      const name = `refund ${refund} of ${which}: ${euros} EUR`;
      return operation<Model, World>(name, moments, (world) => world.refund(at, refund, which, euros));
    }),
  },
  fc.constant(
    operation<Model, World>(
      'recover',
      [...requests.map(recoverPayment), ...requests.map(recoverRefund), (model) => done(model)],
      (world) => world.recover(),
    ),
  ),
);
const cards = fc.tuple(
  fc.constantFrom<Card[]>('tok_visa', 'tok_duplicate', 'tok_lost_answer'),
  fc.constantFrom<Card[]>('tok_visa', 'tok_declined', 'tok_duplicate', 'tok_lost_answer'),
);

test('whatever two processes do to the payments of an order side by side, some order explains every answer, and the provider holds that money', async () => {
  await fc.assert(
    fc.asyncProperty(cards, roundsOf(step, 10), async (shown, rounds) => {
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
    { numRuns: 150 },
  );
});
