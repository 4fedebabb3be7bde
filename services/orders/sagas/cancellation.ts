/**
 * Cancels an order that was confirmed: waits until its checkout stands still, stops the parcel, gives the money back, returns the stock.
 *
 * The carrier decides: once it has the parcel, stopping is refused and the order goes on. After the parcel is stopped there is no way back.
 */
import { defineSaga, type Saga, StepPostponed, StepRefused, stepKey } from '#chassis/saga/define.ts';
import { cancellationRefused, cancelled } from '../domain/decide.ts';
import { AUTHORIZE_PAYMENT, CREATE_SHIPMENT, RESERVE_STOCK } from './checkout.ts';
import type { SagaDeps } from './deps.ts';

export interface CancellationState {
  orderId: string;
  /** The checkout whose effects are undone: its step keys name them. */
  checkoutId: string;
  refunded?: boolean;
}

/** A checkout that settles wakes its cancellation; this is for one whose process died just then. */
const CHECKOUT_POLL_MS = 1_000;
const REFUND_PAYMENT = 'give the money back';

export interface CancellationDeps extends SagaDeps {
  /** Whether the checkout still moves by itself. */
  checkoutMoves(checkoutId: string): Promise<boolean>;
  /** Lets a checkout that is parked go on: one whose order is cancelled has nothing left to do and ends. */
  resumeCheckout(checkoutId: string): Promise<void>;
}

export function cancellationSaga(deps: CancellationDeps): Saga<CancellationState> {
  const { inventory, payments, shipping, clock } = deps;
  return defineSaga<CancellationState>(
    'cancellation',
    [
      {
        name: 'wait for the checkout',
        async do({ state }) {
          if (!(await deps.checkoutMoves(state.checkoutId))) return;
          throw new StepPostponed(new Date(clock.now().getTime() + CHECKOUT_POLL_MS), 'the checkout is not done yet');
        },
      },
      {
        name: 'cancel shipment',
        pivot: true,
        async do({ state: { orderId, checkoutId } }) {
          const { outcome } = await shipping.cancel({ requestId: stepKey(checkoutId, CREATE_SHIPMENT), orderId });
          if (outcome === 'dispatched') throw new StepRefused('ALREADY_DISPATCHED');
        },
      },
      {
        name: REFUND_PAYMENT,
        async do({ state: { orderId, checkoutId }, key }) {
          const payment = await payments.progress(orderId);
          if (payment?.stage === 'refunded') return { refunded: true };
          if (payment?.stage === 'captured') {
            const { paymentId } = payment;
            await payments.refund({ requestId: key(REFUND_PAYMENT), paymentId, reason: 'order cancelled' });
            return { refunded: true };
          }
          await payments.void({ requestId: stepKey(checkoutId, AUTHORIZE_PAYMENT), orderId });
          return { refunded: false };
        },
      },
      {
        name: 'return stock',
        do: ({ state: { orderId, checkoutId } }) =>
          inventory.release({ requestId: stepKey(checkoutId, RESERVE_STOCK), orderId }),
      },
      {
        name: 'cancel order',
        async do({ state }) {
          await deps.change(state.orderId, cancelled(state.refunded ?? false));
          await deps.resumeCheckout(state.checkoutId);
        },
      },
    ],
    {
      budgetMs: deps.budgetMs,
      async onCompensated({ state }, { reason }) {
        await deps.change(state.orderId, cancellationRefused(reason));
      },
    },
  );
}
