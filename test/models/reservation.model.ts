import type { Moment } from './explained.ts';

export type Body = 'this' | 'that';
export type State = 'never asked' | 'HELD' | 'COMMITTED' | 'RELEASED' | 'EXPIRED';

/** What inventory promises for four requests that want pieces of two products. */
export interface Model {
  free: readonly number[];
  states: readonly State[];
  told: readonly (readonly string[])[];
  /** Which body made each reservation. */
  bodies: readonly (Body | undefined)[];
  /** What the receipts were answered. */
  receipts: readonly (string | undefined)[];
}

/** Pieces of each product that each request wants; the last two want more than others leave. */
export const WANTS = [
  [1, 1],
  [2, 1],
  [3, 0],
  [2, 4],
] as const;
export const STOCK = [4, 5];
/** One receipt and one correction, both of the first product. */
export const RECEIPTS = [2, -3];

export const START: Model = {
  free: STOCK,
  states: WANTS.map(() => 'never asked'),
  told: WANTS.map(() => []),
  bodies: WANTS.map(() => undefined),
  receipts: [],
};

export const wants = (request: number) => WANTS[request] ?? [];
const put = (model: Model, request: number, sign: -1 | 0 | 1, state: State, ...told: string[]): Model => ({
  ...model,
  free: model.free.map((pieces, product) => pieces + sign * (wants(request)[product] ?? 0)),
  states: model.states.with(request, state),
  told: model.told.with(request, [...(model.told[request] ?? []), ...told].sort()),
});
const fits = (model: Model, request: number) => model.free.every((pieces, at) => pieces >= (wants(request)[at] ?? 0));

export const reserve =
  (request: number, body: Body): Moment<Model> =>
  (model) => {
    const state = model.states[request] ?? 'never asked';
    if (state === 'RELEASED') return [{ model, answer: 'RESERVATION_RELEASED' }];
    if (state !== 'never asked')
      return [{ model, answer: model.bodies[request] === body ? state : 'REQUEST_ID_REUSED' }];
    if (!fits(model, request))
      return [{ model: put(model, request, 0, state, 'StockReservationFailed'), answer: 'INSUFFICIENT_STOCK' }];
    const held = put(model, request, -1, 'HELD', 'StockReserved');
    return [{ model: { ...held, bodies: model.bodies.with(request, body) }, answer: 'HELD' }];
  };

export const commit =
  (request: number): Moment<Model> =>
  (model) => {
    switch (model.states[request]) {
      case 'HELD':
        return [{ model: put(model, request, 0, 'COMMITTED'), answer: 'COMMITTED' }];
      case 'COMMITTED':
        return [{ model, answer: 'COMMITTED' }];
      case 'EXPIRED':
        return fits(model, request)
          ? [{ model: put(model, request, -1, 'COMMITTED'), answer: 'COMMITTED' }]
          : [{ model, answer: 'RESERVATION_EXPIRED' }];
      default:
        return [{ model, answer: model.states[request] === 'RELEASED' ? 'RESERVATION_RELEASED' : 'none' }];
    }
  };

export const release =
  (request: number): Moment<Model> =>
  (model) => {
    const holds = ['HELD', 'COMMITTED'].includes(model.states[request] ?? '');
    const after = holds ? put(model, request, 1, 'RELEASED', 'StockReleased') : put(model, request, 0, 'RELEASED');
    return [{ model: after, answer: 'done' }];
  };

/** The sweeper passes over a reservation that somebody else has in hand, so it may find nothing. */
export const expire =
  (request: number): Moment<Model> =>
  (model) => {
    if (model.states[request] !== 'HELD') return [{ model, answer: 'done' }];
    return [
      { model: put(model, request, 1, 'EXPIRED', 'ReservationExpired'), answer: 'done' },
      { model, answer: 'done' },
    ];
  };

export const adjust =
  (receipt: number): Moment<Model> =>
  (model) => {
    const known = model.receipts[receipt];
    if (known) return [{ model, answer: known }];
    const pieces = (model.free[0] ?? 0) + (RECEIPTS[receipt] ?? 0);
    if (pieces < 0) return [{ model, answer: 'STOCK_BELOW_RESERVED' }];
    const receipts = RECEIPTS.map((_, at) => (at === receipt ? `${pieces} free` : model.receipts[at]));
    return [{ model: { ...model, free: model.free.with(0, pieces), receipts }, answer: `${pieces} free` }];
  };
