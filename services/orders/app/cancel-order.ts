/** Takes a shopper's wish to cancel: before the pivot the checkout undoes itself, after it a cancellation of its own begins. */
import { DomainError } from '#chassis/domain-error.ts';
import type { NewSaga } from '#chassis/saga/store.ts';
import { cancellability, cancellationRequested } from '../domain/decide.ts';
import type { Order } from '../domain/order.ts';
import type { ChangeOrder } from './change-order.ts';
import { type Shopper, visible } from './find-order.ts';
import type { OrderStore } from './ports.ts';

export interface CancelOrderDeps {
  store: OrderStore;
  change: ChangeOrder;
  cancellations: { create(order: Order): NewSaga; start(cancellation: NewSaga): void };
  /** Makes the checkout notice the wish at once. */
  checkoutAsked(): void;
}

export function cancelOrder({ store, change, cancellations, checkoutAsked }: CancelOrderDeps) {
  return async (orderId: string, shopper: Shopper): Promise<Order> => {
    visible(await store.find(orderId), orderId, shopper);
    let begun: NewSaga | undefined;
    let answer = 'already' as ReturnType<typeof cancellability>;
    const order = await change(
      orderId,
      (before) => {
        answer = cancellability(before);
        if (answer === 'too late') throw new DomainError('NOT_CANCELLABLE', { state: before.state });
        return cancellationRequested(before);
      },
      (before) => {
        if (cancellability(before) === 'before pivot') return { cancelSaga: before.checkoutId };
        begun = cancellations.create(before);
        return { startSaga: begun };
      },
    );
    if (answer === 'after pivot' && begun) cancellations.start(begun);
    if (answer === 'before pivot') checkoutAsked();
    return order;
  };
}
