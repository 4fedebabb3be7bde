import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import {
  CancellationReason,
  OrderHistoryEntrySchema,
  OrderPhase,
  OrderSchema,
} from '#gen/tradewind/orders/v2/orders_pb.ts';
import type { Order } from '../../domain/order.ts';
import { address } from '../../testing/samples.ts';
import { stateNamed } from '../map.ts';
import { stateOfPhase, toHistoryEntry, toOrder } from './map.ts';

const eur = (units: string, nanos = 0) => ({ units, nanos, currency: 'EUR' });
const item = { title: 'Kettle', weightGrams: 900, backorderable: true };

const order: Order = {
  id: 'o1',
  userId: 'u1',
  state: 'PENDING',
  version: 1,
  items: [
    { ...item, productId: 'p1', quantity: 3, unitPrice: eur('0', 333_333_333) },
    { ...item, productId: 'p2', quantity: 2, unitPrice: eur('10', 500_000_000) },
  ],
  total: eur('21', 999_999_999),
  shippingAddress: address,
  checkoutId: 'c1',
  createTime: '2026-11-21T10:00:00.000Z',
  updateTime: '2026-11-21T10:00:00.000Z',
};

const told = (changed: Partial<Order>) => create(OrderSchema, toOrder({ ...order, ...changed }, new Map()));
const stateOf = (changed: Partial<Order>) => told(changed).state;

test('tells who bought it by id and name, and only by id when the name is not known', () => {
  const withName = create(
    OrderSchema,
    toOrder(
      order,
      new Map([
        ['u1', 'Ada'],
        ['u2', 'Bob'],
      ]),
    ),
  );
  expect(withName.customer).toMatchObject({ id: 'u1', name: 'Ada' });
  expect(told({}).customer).toMatchObject({ id: 'u1', name: '' });
});

test('adds up lines to the last billionth, and the parts to the total', () => {
  const { lines, amounts } = told({});
  expect(lines.map(({ amount }) => [amount?.units, amount?.nanos])).toEqual([
    [0n, 999_999_999],
    [21n, 0],
  ]);
  expect(amounts).toMatchObject({
    subtotal: { units: 21n, nanos: 999_999_999, currencyCode: 'EUR' },
    shipping: { units: 0n, nanos: 0, currencyCode: 'EUR' },
    total: { units: 21n, nanos: 999_999_999, currencyCode: 'EUR' },
  });
});

test('names nothing out of the ordinary while there is nothing', () => {
  expect(stateOf({})).toMatchObject({ phase: OrderPhase.PENDING, circumstance: { case: undefined } });
});

test('says what a backorder waits for', () => {
  expect(stateOf({ state: 'BACKORDERED', missing: ['p2'] })).toMatchObject({
    phase: OrderPhase.BACKORDERED,
    circumstance: { case: 'backorder', value: { missingProductIds: ['p2'] } },
  });
});

test('says when a delayed payment is tried again', () => {
  const retryTime = { seconds: BigInt(Date.parse('2026-11-21T10:05:00Z') / 1000) };
  expect(stateOf({ state: 'STOCK_RESERVED', paymentRetryTime: '2026-11-21T10:05:00.000Z' })).toMatchObject({
    phase: OrderPhase.STOCK_RESERVED,
    circumstance: { case: 'paymentDelay', value: { retryTime } },
  });
});

test('tells of a cancellation from the wish to the end, before whatever else it waited for', () => {
  const reason = CancellationReason.CUSTOMER_REQUEST;
  expect(stateOf({ state: 'BACKORDERED', missing: ['p2'], closing: 'CUSTOMER_REQUEST' })).toMatchObject({
    phase: OrderPhase.BACKORDERED,
    circumstance: { case: 'cancellation', value: { reason } },
  });
  expect(stateOf({ state: 'CANCELLED', cancellationReason: 'CUSTOMER_REQUEST' })).toMatchObject({
    phase: OrderPhase.CANCELLED,
    circumstance: { case: 'cancellation', value: { reason } },
  });
});

test('tells history with the state after each event, and its details as values', () => {
  const event = { type: 'OrderConfirmed', paymentId: 'pay1' } as const;
  const confirmed: Order = { ...order, state: 'CONFIRMED', version: 3 };
  const entry = toHistoryEntry({ orderId: 'o1', version: 3, time: order.createTime, event, order: confirmed });
  expect(create(OrderHistoryEntrySchema, entry)).toMatchObject({
    version: 3n,
    type: 'OrderConfirmed',
    state: { phase: OrderPhase.CONFIRMED },
    details: { paymentId: 'pay1' },
  });
});

test('has a phase for each state of v1, and no other', () => {
  const numbers = Object.values(OrderPhase).filter((value) => typeof value === 'number');
  expect(numbers.map(stateOfPhase)).toEqual(numbers.map((number) => stateNamed(number as OrderState)));
  expect(Object.keys(OrderPhase)).toEqual(Object.keys(OrderState));
});
