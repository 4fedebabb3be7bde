/**
 * The checkout: an order is confirmed only if its stock is reserved and its payment authorized; otherwise everything done is undone.
 *
 * Up to `confirm order` any step may refuse and what was done is undone in reverse; from then on the order is certain and the rest is
 * repeated until it succeeds, or until the order was cancelled after all.
 */
import { defineSaga, type Saga, type SagaContext, StepPostponed, StepRefused } from '#chassis/saga/define.ts';
import {
  backordered,
  checkoutUndone,
  confirmed,
  paymentDelayed,
  shipmentCreated,
  stockReserved,
} from '../domain/decide.ts';
import type { CancellationReason, Order } from '../domain/order.ts';
import type { SagaDeps } from './deps.ts';

export interface CheckoutState {
  orderId: string;
  /** Forgotten as soon as the payment is authorized or given up. */
  paymentToken: string;
  reservationId?: string;
  /** When the stock returns unless it is sold by then. */
  reservationEndsAt?: string;
  paymentId?: string;
}

type Context = SagaContext<CheckoutState>;

/** An order is not confirmed when its stock would return this soon. */
const SAFETY_MS = 60_000;
/** Tries of an unreachable payments service before it is left for later. */
const QUICK_TRIES = 5;

export const RESERVE_STOCK = 'reserve stock';
export const AUTHORIZE_PAYMENT = 'authorize payment';
export const CREATE_SHIPMENT = 'create shipment';

export interface CheckoutDeps extends SagaDeps {
  /** Is told when an order's checkout stands still. */
  checkoutSettled(orderId: string): Promise<void>;
}

export function checkoutSaga(deps: CheckoutDeps): Saga<CheckoutState> {
  const { inventory, payments, shipping } = deps;
  return defineSaga<CheckoutState>(
    'checkout',
    [
      {
        name: RESERVE_STOCK,
        do: (checkout) => reserveStock(checkout, deps),
        undo: ({ state, key }) => inventory.release({ requestId: key(RESERVE_STOCK), orderId: state.orderId }),
      },
      {
        name: AUTHORIZE_PAYMENT,
        do: (checkout) => authorizePayment(checkout, deps),
        undo: ({ state, key }) => payments.void({ requestId: key(AUTHORIZE_PAYMENT), orderId: state.orderId }),
      },
      { name: 'confirm order', do: (checkout) => confirmOrder(checkout, deps), pivot: true },
      {
        name: 'commit stock',
        do: unlessCancelled(deps, async ({ state }) => {
          const { outcome } = await inventory.commit(known(state.reservationId));
          if (outcome === 'ended') throw new StepRefused('RESERVATION_EXPIRED');
        }),
      },
      {
        name: 'capture payment',
        do: unlessCancelled(deps, ({ state }) => payments.capture(known(state.paymentId))),
      },
      {
        name: CREATE_SHIPMENT,
        do: unlessCancelled(deps, async ({ state, key }) => {
          const { shippingAddress: address, items } = await deps.contents(state.orderId);
          const weightGrams = items.reduce((weight, item) => weight + item.weightGrams * item.quantity, 0);
          const made = await shipping.create({
            requestId: key(CREATE_SHIPMENT),
            orderId: state.orderId,
            address,
            weightGrams,
          });
          if (made.outcome === 'refused') throw new StepRefused(made.reason);
          await deps.change(state.orderId, shipmentCreated(made.shipmentId));
        }),
      },
    ],
    {
      budgetMs: deps.budgetMs,
      cancelReason: 'CUSTOMER_REQUEST' satisfies CancellationReason,
      async onCompensated({ state }, { reason }) {
        await deps.change(state.orderId, checkoutUndone(reason as CancellationReason));
        return { paymentToken: '' };
      },
      onSettled: ({ subject }) => deps.checkoutSettled(subject),
    },
  );
}

async function reserveStock({ state, key }: Context, deps: SagaDeps): Promise<Partial<CheckoutState>> {
  const { items } = await deps.contents(state.orderId);
  const lines = items.map(({ productId, quantity }) => ({ productId, quantity }));
  const reserved = await deps.inventory.reserve({ requestId: key(RESERVE_STOCK), orderId: state.orderId, lines });
  if (reserved.outcome === 'ended') throw refused('RESERVATION_EXPIRED');
  if (reserved.outcome === 'short') throw await waitForStock(state.orderId, items, reserved.available, deps);
  await deps.change(state.orderId, stockReserved(reserved.reservationId));
  return { reservationId: reserved.reservationId, reservationEndsAt: reserved.endsAt.toISOString() };
}

/** Waits when every product that is short may be ordered without stock; refuses otherwise. */
async function waitForStock(
  orderId: string,
  items: Order['items'],
  available: ReadonlyMap<string, number>,
  deps: SagaDeps,
): Promise<StepPostponed | StepRefused> {
  const short = items.filter((item) => (available.get(item.productId) ?? item.quantity) < item.quantity);
  if (short.length === 0 || short.some((item) => !item.backorderable)) return refused('OUT_OF_STOCK');
  await deps.change(orderId, backordered(short.map((item) => item.productId)));
  return new StepPostponed(after(deps, deps.backorderRetryMs), 'waits for stock');
}

async function authorizePayment(checkout: Context, deps: SagaDeps): Promise<Partial<CheckoutState>> {
  const { state, key, attempt } = checkout;
  const { total } = await deps.contents(state.orderId);
  const request = {
    requestId: key(AUTHORIZE_PAYMENT),
    orderId: state.orderId,
    amount: total,
    paymentToken: state.paymentToken,
  };
  const authorized = await deps.payments.authorize(request).catch((error: unknown) => {
    // A service that restarts or has too much to do is back in a moment; one that is down is treated like its provider.
    if (attempt < QUICK_TRIES && heldAt(deps.clock.now(), state)) throw error;
    return { outcome: 'unavailable' as const };
  });
  if (authorized.outcome === 'declined') throw refused('PAYMENT_DECLINED');
  if (authorized.outcome === 'unavailable') throw await payLater(state, deps);
  return { paymentId: authorized.paymentId, paymentToken: '' };
}

/** Leaves the payment for later and says so on the order, as long as the stock is held by then. */
async function payLater(state: CheckoutState, deps: SagaDeps): Promise<StepPostponed | StepRefused> {
  const retryAt = after(deps, deps.paymentRetryMs);
  if (!heldAt(retryAt, state)) return refused('PAYMENT_UNAVAILABLE');
  await deps.change(state.orderId, paymentDelayed(retryAt));
  return new StepPostponed(retryAt, 'the payment provider cannot be reached');
}

/** The order itself decides between this, a cancellation and the end of its reservation: exactly one of them is stored. */
async function confirmOrder({ state }: Context, deps: SagaDeps): Promise<void> {
  const inTime = heldAt(deps.clock.now(), state);
  const order = await deps.change(state.orderId, confirmed(known(state.paymentId), inTime));
  if (order.closing && order.state === 'STOCK_RESERVED') throw refused(order.closing);
  if (order.state === 'CANCELLED') throw refused(order.cancellationReason ?? 'CUSTOMER_REQUEST');
}

/** A step that fails because its order was cancelled meanwhile has nothing left to do: what it would act on was given back. */
function unlessCancelled({ change }: SagaDeps, act: (checkout: Context) => Promise<void>) {
  return async (checkout: Context): Promise<void> => {
    try {
      await act(checkout);
    } catch (error) {
      const order = await change(checkout.state.orderId, () => []);
      if (order.state !== 'CANCELLED') throw error;
    }
  };
}

function heldAt(moment: Date, { reservationEndsAt }: CheckoutState): boolean {
  return moment.getTime() + SAFETY_MS < Date.parse(known(reservationEndsAt));
}

function after(deps: SagaDeps, ms: number): Date {
  return new Date(deps.clock.now().getTime() + ms);
}

function refused(reason: CancellationReason): StepRefused {
  return new StepRefused(reason);
}

/** What an earlier step must have stored. */
function known(value: string | undefined): string {
  if (!value) throw new Error('an earlier step left nothing to go on with');
  return value;
}
