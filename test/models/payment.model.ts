import type { Moment } from './explained.ts';

export type State =
  | 'never asked'
  | 'buried'
  | 'PENDING'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'DECLINED'
  | 'VOIDED'
  | 'REFUNDED';
export type Card = 'tok_visa' | 'tok_declined' | 'tok_duplicate' | 'tok_lost_answer';

/** What payments promises for two requests to pay one order of 10 EUR, and for two requests to give some of it back. */
export interface Model {
  cards: readonly Card[];
  states: readonly State[];
  /** Requests that the provider has heard of. */
  heard: readonly boolean[];
  refunds: readonly { payment: number; euros: number; done: boolean }[];
  told: readonly string[];
}

export const TOTAL = 10;
export const requests = [0, 1];
const LIVE = ['PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'REFUNDED'];
const NO_PAYMENT = ['never asked', 'buried'];

const stateOf = (model: Model, request: number): State => model.states[request] ?? 'never asked';
const put = (model: Model, request: number, state: State, ...told: string[]): Model => ({
  ...model,
  states: model.states.with(request, state),
  told: [...model.told, ...told].sort(),
});
export const done = (model: Model, answer = 'done') => [{ model, answer }];

/** What an authorization is answered once its payment is decided. */
function answerOf(state: State): string {
  if (state === 'VOIDED' || state === 'buried') return 'WRONG_STATE';
  return state === 'DECLINED' ? 'CARD_DECLINED' : 'done';
}

export const intend =
  (request: number): Moment<Model> =>
  (model) => {
    const state = stateOf(model, request);
    const taken = model.states.some((other, at) => at !== request && LIVE.includes(other));
    if (state === 'never asked')
      return taken ? done(model, 'ORDER_ALREADY_PAID') : [{ model: put(model, request, 'PENDING') }];
    return state === 'PENDING' ? [{ model }] : done(model, answerOf(state));
  };

/** The provider acts, and says so unless its answer is lost. */
export const charge =
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

export const answer =
  (request: number): Moment<Model> =>
  (model) => {
    const after = noted(model, request);
    return done(after, answerOf(stateOf(after, request)));
  };

/** The provider tells of its own accord. */
export const report =
  (request: number): Moment<Model> =>
  (model) => [{ model: model.cards[request] === 'tok_duplicate' ? noted(model, request) : model }];

export const capture =
  (request: number): Moment<Model> =>
  (model) => {
    const state = stateOf(model, request);
    if (NO_PAYMENT.includes(state)) return done(model, 'none');
    if (state === 'AUTHORIZED') return done(put(model, request, 'CAPTURED', 'PaymentCaptured'));
    return done(model, state === 'CAPTURED' || state === 'REFUNDED' ? 'done' : 'WRONG_STATE');
  };

export const giveUp =
  (request: number): Moment<Model> =>
  (model) => {
    const state = stateOf(model, request);
    if (state === 'CAPTURED' || state === 'REFUNDED') return done(model, 'WRONG_STATE');
    if (state === 'never asked') return done(put(model, request, 'buried'));
    return done(state === 'PENDING' || state === 'AUTHORIZED' ? put(model, request, 'VOIDED', 'PaymentVoided') : model);
  };

export const claim =
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
export const givenBack = ({ refunds }: Model) => refunds.reduce((sum, each) => sum + (each.done ? each.euros : 0), 0);

function paidBack(model: Model, refund: number): Model {
  const known = model.refunds[refund];
  if (!known?.euros || known.done) return model;
  const after: Model = { ...model, refunds: model.refunds.with(refund, { ...known, done: true }) };
  const state = givenBack(after) === TOTAL ? 'REFUNDED' : stateOf(model, known.payment);
  return put(after, known.payment, state, 'PaymentRefunded');
}

export const giveBack =
  (refund: number): Moment<Model> =>
  (model) =>
    done(paidBack(model, refund));

/** The sweeper learns of what the provider did. What somebody else has in hand it may pass over. */
export const recoverPayment =
  (request: number): Moment<Model> =>
  (model) => [{ model: model.heard[request] ? noted(model, request) : model }];
export const recoverRefund =
  (refund: number): Moment<Model> =>
  (model) => [{ model: paidBack(model, refund) }, { model }];
