import { create, type DescMessage, type DescMethodUnary, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, createRouterTransport, type Transport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import type { Call } from '#chassis/rpc/call.ts';
import { callAs } from '#chassis/testing/call.ts';
import { type Answered, pactBetween, type Refused } from '#chassis/testing/pact/consumer.ts';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { GatewayService, type GetOrderPageResponseSchema } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShipmentState } from '#gen/tradewind/shipping/v1/shipping_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { orderPage } from './order-page.ts';

type Part = 'identity' | 'catalog' | 'shipping' | 'payments';

const between = (provider: Part) => pactBetween('gateway', provider, import.meta.url);
const pacts = {
  identity: between('identity'),
  catalog: between('catalog'),
  shipping: between('shipping'),
  payments: between('payments'),
};

const now = timestampFromDate(time);
const order = { id: ids.order, userId: ids.user, items: [{ productId: ids.product }] };

/** The page as it is when one part comes from `provider` by the transport, and the others are not there. */
async function pageWith(provider: Part, transport: Transport) {
  const absent = createRouterTransport(({ service }) => {
    const none = () => {
      throw new ConnectError('not there', Code.NotFound);
    };
    service(OrdersService, { getOrder: () => ({ order }) });
    service(IdentityService, { batchGetUsers: none });
    service(CatalogService, { batchGetProducts: none });
    service(ShippingService, { getShipment: none });
    service(PaymentsService, { getPayment: none });
  });
  const from = (part: Part) => (part === provider ? transport : absent);
  const compose = orderPage(
    {
      orders: createClient(OrdersService, absent),
      identity: createClient(IdentityService, from('identity')),
      catalog: createClient(CatalogService, from('catalog')),
      shipping: createClient(ShippingService, from('shipping')),
      payments: createClient(PaymentsService, from('payments')),
    },
    5_000,
  );
  const method = GatewayService.method.getOrderPage;
  const call: Call = callAs({ user: { id: ids.user } }, method);
  const answer = await compose(create(method.input, { orderId: ids.order }), call);
  return create(method.output, answer as MessageInitShape<typeof GetOrderPageResponseSchema>).page;
}

const page = <M extends DescMethodUnary>(part: Part, method: M, claim: string, example: Answered<M> | Refused<M>) =>
  pacts[part].call(method, claim, { role: 'SHOPPER', ...example }, (to) => pageWith(part, to));

const shown = <D extends DescMessage>(schema: D, answer: MessageInitShape<D>) => create(schema, answer);

test('the page shows who ordered', async () => {
  const method = IdentityService.method.batchGetUsers;
  const answer = { users: [{ id: ids.user, displayName: 'Ada' }] };
  const example = { given: 'a registered user', request: { userIds: [ids.user] }, answer };
  const { customer, missingParts } = (await page('identity', method, 'names are told for a page', example)) ?? {};
  expect(customer).toEqual(shown(method.output, answer).users[0]);
  expect(missingParts).toEqual([]);
});

test('the page shows the products', async () => {
  const method = CatalogService.method.batchGetProducts;
  const product = { id: ids.product, title: 'Trail tent', state: ProductState.PUBLISHED };
  const answer = { products: [{ ...product, imageUrls: ['https://shop.example/tent.jpg'] }] };
  const example = { given: 'a published product', request: { productIds: [ids.product] }, answer };
  const { products } = (await page('catalog', method, 'products are told for a page', example)) ?? {};
  expect(products).toEqual(shown(method.output, answer).products);
});

test('the page shows the parcel', async () => {
  const method = ShippingService.method.getShipment;
  const parcel = { id: ids.shipment, orderId: ids.order, trackingNumber: 'TW0000000001' };
  const answer = { shipment: { ...parcel, state: ShipmentState.DISPATCHED, dispatchTime: now } };
  const example = { given: 'a dispatched shipment', request: { orderId: ids.order }, answer };
  const { shipment } = (await page('shipping', method, 'a parcel is told for a page', example)) ?? {};
  expect(shipment).toEqual(shown(method.output, answer).shipment);
});

test('the page shows the payment', async () => {
  const method = PaymentsService.method.getPayment;
  const amount = { units: 10n, nanos: 500_000_000, currencyCode: 'EUR' };
  const answer = {
    payment: { id: ids.payment, orderId: ids.order, amount, captured: amount, state: PaymentState.CAPTURED },
  };
  const example = { given: 'a captured payment', request: { orderId: ids.order }, answer };
  const { payment } = (await page('payments', method, 'a payment is told for a page', example)) ?? {};
  expect(payment).toEqual(shown(method.output, answer).payment);
});

test.each([
  ['shipping', ShippingService.method.getShipment, 'no shipments', 'SHIPMENT_NOT_FOUND'],
  ['payments', PaymentsService.method.getPayment, 'no payments', 'PAYMENT_NOT_FOUND'],
] as const)('the page says nothing of what %s does not have yet', async (part, method, given, reason) => {
  const refusal = { code: Code.NotFound, reason, domain: `${part}.tradewind` };
  const example = { given, request: { orderId: ids.order }, refusal };
  const shownPage = await page(part, method as DescMethodUnary, 'what is not there yet is refused as such', example);
  expect(shownPage?.missingParts).toEqual([]);
});

for (const pact of Object.values(pacts)) pact.settled();
