import type { Order } from '../../services/orders/domain/order.ts';
import type { Moment } from './explained.ts';

/** What orders promises for one request of one shopper: `state` is empty until it is placed. */
export interface Model {
  state: '' | Order['state'];
  /** Why it is being undone. */
  closing: string;
  /** Why it was. */
  reason: string;
  body: string;
  late: boolean;
  parcel: boolean;
  history: readonly string[];
  /** Cancellations begun, and whether the checkout was asked to undo itself. */
  cancellations: number;
  asked: boolean;
}

export const START: Model = {
  ...{ state: '', closing: '', reason: '', body: '', late: false, parcel: false },
  ...{ history: [], cancellations: 0, asked: false },
};
export const ANNOUNCED = /Placed|Confirmed|Backordered|Shipped|Delivered|Cancelled/;

export const shown = ({ state, closing }: { state: string; closing?: string }) => `${state} ${closing ?? ''}`;
const isEarly = ({ state }: Model) => ['PENDING', 'BACKORDERED', 'STOCK_RESERVED'].includes(state);

/** A moment that changes an order, if it is there, or leaves it as it is. */
const moment =
  (next: (model: Model) => (Partial<Model> & { event: string | string[] }) | undefined): Moment<Model> =>
  (model) => {
    if (!model.state) return [{ model, answer: 'none' }];
    const { event = [], ...change } = next(model) ?? {};
    const after = { ...model, ...change, history: model.history.concat(event) };
    return [{ model: after, answer: shown(after) }];
  };

export const MOMENTS: Record<string, Moment<Model>> = {
  'stock reserved': moment(({ state }) =>
    state === 'PENDING' || state === 'BACKORDERED'
      ? { state: 'STOCK_RESERVED', event: 'OrderStockReserved' }
      : undefined,
  ),
  backordered: moment(({ state, closing }) =>
    state === 'PENDING' && !closing ? { state: 'BACKORDERED', event: 'OrderBackordered' } : undefined,
  ),
  'payment delayed': moment(({ state, closing, late }) =>
    state === 'STOCK_RESERVED' && !closing && !late ? { late: true, event: 'OrderPaymentDelayed' } : undefined,
  ),
  'confirmed in time': moment(({ state, closing }) =>
    state === 'STOCK_RESERVED' && !closing ? { state: 'CONFIRMED', event: 'OrderConfirmed' } : undefined,
  ),
  'confirmed too late': moment(({ state, closing }) =>
    state === 'STOCK_RESERVED' && !closing
      ? { closing: 'RESERVATION_EXPIRED', event: 'OrderCheckoutFailed' }
      : undefined,
  ),
  'checkout undone': moment((model) =>
    isEarly(model)
      ? { state: 'CANCELLED', closing: '', reason: model.closing || 'PAYMENT_DECLINED', event: 'OrderCancelled' }
      : undefined,
  ),
  'cancellation refused': moment(({ state, closing }) =>
    state === 'CONFIRMED' && closing ? { closing: '', event: 'OrderCancellationRefused' } : undefined,
  ),
  'cancellation done': moment(({ state, closing }) =>
    state === 'CONFIRMED' && closing
      ? { state: 'CANCELLED', closing: '', reason: 'CUSTOMER_REQUEST', event: 'OrderCancelled' }
      : undefined,
  ),
  'shipment created': moment(({ state, parcel }) =>
    state === 'CONFIRMED' && !parcel ? { parcel: true, event: 'OrderShipmentCreated' } : undefined,
  ),
  shipped: moment(({ state }) =>
    state === 'CONFIRMED' ? { state: 'SHIPPED', closing: '', parcel: true, event: 'OrderShipped' } : undefined,
  ),
  delivered: moment(({ state }) => {
    if (state === 'SHIPPED') return { state: 'DELIVERED', event: 'OrderDelivered' };
    if (state !== 'CONFIRMED') return undefined;
    return { state: 'DELIVERED', closing: '', parcel: true, event: ['OrderShipped', 'OrderDelivered'] };
  }),
};

export const place =
  (body: string): Moment<Model> =>
  (model) => {
    if (!model.state) {
      const placed: Model = { ...model, state: 'PENDING', body, history: ['OrderPlaced'] };
      return [{ model: placed, answer: shown(placed) }];
    }
    return [{ model, answer: model.body === body ? shown({ state: 'PENDING' }) : 'REQUEST_ID_REUSED' }];
  };

export const cancel: Moment<Model> = (model) => {
  if (!model.state) return [{ model, answer: 'none' }];
  if (model.closing || model.reason === 'CUSTOMER_REQUEST') return [{ model, answer: shown(model) }];
  if (!isEarly(model) && model.state !== 'CONFIRMED') return [{ model, answer: 'NOT_CANCELLABLE' }];
  const after: Model = {
    ...model,
    closing: 'CUSTOMER_REQUEST',
    history: [...model.history, 'OrderCancellationRequested'],
    asked: model.asked || isEarly(model),
    cancellations: model.cancellations + (isEarly(model) ? 0 : 1),
  };
  return [{ model: after, answer: shown(after) }];
};
