/** Orders for tests, so that a test names only what it is about. */
import { newId } from '#chassis/ids.ts';
import type { NewSaga } from '#chassis/saga/store.ts';
import type { NewOrder } from '../app/ports.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { evolve } from '../domain/evolve.ts';
import { sum, times } from '../domain/money.ts';
import type { Address, OrderItem } from '../domain/order.ts';

export const address: Address = {
  recipient: 'Ada Lovelace',
  line1: '12 Analytical Row',
  line2: '',
  city: 'London',
  postalCode: 'EC1A 1BB',
  countryCode: 'GB',
};

export function sampleItem(item: Partial<OrderItem> = {}): OrderItem {
  return {
    productId: newId(),
    title: 'Trail tent',
    quantity: 2,
    unitPrice: { units: '149', nanos: 990_000_000, currency: 'EUR' },
    weightGrams: 2100,
    backorderable: false,
    ...item,
  };
}

export function samplePlaced(
  options: { userId?: string; items?: OrderItem[]; checkoutId?: string } = {},
): RecordedEvent {
  const { userId = newId(), items = [sampleItem()], checkoutId = newId() } = options;
  const total = sum(
    items.map((item) => times(item.unitPrice, item.quantity)),
    'EUR',
  );
  return {
    orderId: newId(),
    version: 1,
    time: '2026-01-01T00:00:00.000Z',
    event: { type: 'OrderPlaced', userId, items, total, shippingAddress: address, checkoutId },
  };
}

/** An order ready to be stored. */
export function sampleOrder(
  options: Parameters<typeof samplePlaced>[0] & { requestId?: string; hash?: string } = {},
): NewOrder {
  const checkoutId = options.checkoutId ?? newId();
  const placed = samplePlaced({ ...options, checkoutId });
  const order = evolve(undefined, placed);
  const checkout: NewSaga = {
    id: checkoutId,
    kind: 'checkout',
    subject: order.id,
    state: { orderId: order.id },
    lease_owner: 'test',
    lease_ms: 60_000,
    correlation: null,
    traceparent: null,
  };
  const outbox = {
    id: newId(),
    subject: 'tradewind.orders.events.v1.OrderPlaced',
    aggregate_id: order.id,
    headers: { 'ce-type': 'tradewind.orders.events.v1.OrderPlaced' },
    payload: new Uint8Array([1, 2, 255]),
  };
  const requestHash = Buffer.from(options.hash ?? 'body');
  return { order, placed, outbox, checkout, requestId: options.requestId ?? newId(), requestHash, fromCart: [] };
}
