import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsByPact, pactUses } from './pacts.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-pacts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('finds the RPC of a call or a stream, and the event of a message', () => {
  const interactions = [
    {
      description: 'money is given back',
      request: { method: 'POST', path: '/tradewind.payments.v1.PaymentsService/RefundPayment' },
    },
    { description: 'an order shipped', metadata: { 'ce-type': 'tradewind.orders.events.v1.OrderShipped' } },
    {
      description: 'tradewind.payments.v1.PaymentsService/WatchPayment: a payment is told as it is',
      contents: { content: { type: 'tradewind.orders.events.v1.OrderShipped' } },
    },
    { description: 'says nothing of what it is about' },
  ];
  const pact = { consumer: { name: 'orders' }, provider: { name: 'payments' }, interactions };
  writeFileSync(join(folder, 'orders-payments.json'), JSON.stringify(pact));
  expect(pactUses(folder)).toEqual([
    {
      label: 'orders → payments: money is given back',
      consumer: 'orders',
      subject: 'tradewind.payments.v1.PaymentsService/RefundPayment',
    },
    {
      label: 'orders → payments: an order shipped',
      consumer: 'orders',
      subject: 'tradewind.orders.events.v1.OrderShipped',
    },
    {
      label: 'orders → payments: a payment is told as it is',
      consumer: 'orders',
      subject: 'tradewind.payments.v1.PaymentsService/WatchPayment',
    },
  ]);
});

test('there are none where there is no folder of pacts', () => {
  expect(pactUses(join(folder, 'none'))).toEqual([]);
});

test('tells which RPCs a service calls, and that one which only consumes calls none', () => {
  const use = (consumer: string, subject: string) => ({ label: '', consumer, subject });
  const capture = 'tradewind.payments.v1.PaymentsService/CapturePayment';
  const uses = [
    use('orders', capture),
    use('orders', capture),
    use('gateway', capture),
    use('mails', 'tradewind.a.events.v1.B'),
  ];
  expect(callsByPact(uses)).toEqual({ mails: [], orders: [capture] });
});
