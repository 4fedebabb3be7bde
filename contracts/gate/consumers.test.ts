import { expect, test } from 'vitest';
import { contracts } from '../../test/architecture/contracts.ts';
import { consumptions } from './consumers.ts';

const events = contracts.flatMap((file) => file.messages.map(({ typeName }) => typeName));

test('finds what reacts to an event and what builds a read model from it', () => {
  const event = 'tradewind.orders.events.v1.OrderConfirmed';
  expect(consumptions.filter((each) => each.event === event)).toEqual([
    { event, service: 'notifications', file: 'events/on-order.ts' },
    { event, service: 'orders', file: 'events/order-summary.ts', readModel: 'orders/order-summary' },
  ]);
});

test('every event that is consumed is in the contracts', () => {
  expect(consumptions.filter(({ event }) => !events.includes(event))).toEqual([]);
});
