import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { address, follow, openShop, type Shop } from './shop.fixture.ts';
import { type CollectedSpan, startTraceCollector } from './trace-collector.fixture.ts';

const CALLER = '00f067aa0ba902b7';

let collector: Awaited<ReturnType<typeof startTraceCollector>>;
let shop: Shop;
beforeAll(async () => {
  collector = await startTraceCollector();
  shop = await openShop({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' } });
});
afterAll(async () => {
  await shop?.close();
  collector.stop();
});

/** Places an order in a trace of its caller's, follows it to the door, and answers what was recorded of it. */
async function traceOfAnOrder(): Promise<() => CollectedSpan[]> {
  const trace = newId().replaceAll('-', '');
  const orders = shop.client(OrdersService, (await shop.shopper()).token);
  const items = [{ productId: await shop.product(1), quantity: 1n }];
  const { order } = await orders.placeOrder(
    { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' },
    { headers: { traceparent: `00-${trace}-${CALLER}-01` } },
  );
  await follow(orders, order?.id ?? '', OrderState.DELIVERED);
  return () => collector.spansOf(trace);
}

/** What an order causes, by the way it takes. */
const CAUSED = [
  'gateway SERVER tradewind.orders.v1.OrdersService/PlaceOrder',
  'gateway CLIENT tradewind.orders.v1.OrdersService/PlaceOrder',
  'orders SERVER tradewind.orders.v1.OrdersService/PlaceOrder',
  'orders CLIENT tradewind.catalog.v1.CatalogService/BatchGetProducts',
  'catalog SERVER tradewind.catalog.v1.CatalogService/BatchGetProducts',
  'catalog SQL SELECT product',
  'orders SQL INSERT order_request INSERT orders INSERT order_event',
  'orders PRODUCER publish tradewind.orders.events.v1.OrderPlaced',
  'orders CONSUMER consume tradewind.orders.events.v1.OrderPlaced',
  'orders SQL INSERT order_summary',
  'orders INTERNAL saga checkout/reserve stock',
  'orders CLIENT tradewind.inventory.v1.InventoryService/ReserveStock',
  'inventory SERVER tradewind.inventory.v1.InventoryService/ReserveStock',
  'inventory SQL INSERT reservation UPDATE stock INSERT reservation_line',
  'inventory PRODUCER publish tradewind.inventory.events.v1.StockReserved',
  'orders INTERNAL saga checkout/authorize payment',
  'payments SERVER tradewind.payments.v1.PaymentsService/AuthorizePayment',
  'payments SQL UPDATE payment INSERT outbox',
  'payments PRODUCER publish tradewind.payments.events.v1.PaymentAuthorized',
  'orders INTERNAL saga checkout/confirm order',
  'orders INTERNAL saga checkout/commit stock',
  'orders INTERNAL saga checkout/capture payment',
  'orders INTERNAL saga checkout/create shipment',
  'shipping SERVER tradewind.shipping.v1.ShippingService/CreateShipment',
  'shipping SQL INSERT shipment INSERT outbox',
  'shipping INTERNAL shipment DELIVERED',
  'shipping PRODUCER publish tradewind.shipping.events.v1.ShipmentDelivered',
  'orders CONSUMER consume tradewind.shipping.events.v1.ShipmentDelivered',
  'orders PRODUCER publish tradewind.orders.events.v1.OrderDelivered',
  'notifications CONSUMER consume tradewind.orders.events.v1.OrderDelivered',
  'notifications SQL INSERT notification',
  'notifications INTERNAL send ORDER_CONFIRMED',
  'notifications INTERNAL send ORDER_SHIPPED',
  'notifications INTERNAL send ORDER_DELIVERED',
  'notifications SQL UPDATE notification INSERT outbox',
  'notifications PRODUCER publish tradewind.notifications.events.v1.NotificationSent',
];

test('an order is one trace from its caller: calls, statements, events, saga steps and mails, in every service', {
  timeout: 90_000,
}, async () => {
  const spans = await traceOfAnOrder();
  const kindOf = ({ kind, attributes }: CollectedSpan) => (attributes['db.system.name'] ? 'SQL' : kind);
  const told = () => spans().map((span) => `${span.service} ${kindOf(span)} ${span.name}`);
  await eventually(() => expect(told()).toEqual(expect.arrayContaining(CAUSED)), { timeoutMs: 20_000 });
  await eventually(() => {
    const ids = new Set(spans().map(({ id }) => id));
    const begin = spans().filter(({ parentId }) => !ids.has(parentId));
    expect(begin.map(({ service, parentId }) => [service, parentId])).toEqual([['gateway', CALLER]]);
  });
  expect(JSON.stringify(spans())).not.toMatch(new RegExp(`${address.recipient}|${address.line1}|tok_visa`));
});
