import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { BadRequestSchema } from '#gen/google/rpc/error_details_pb.ts';
import { ShipmentState } from '#gen/tradewind/shipping/v1/shipping_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { shippingErrors } from '../errors.ts';
import { type OpenShipping, openShipping, shipmentWish } from '../harness.ts';
import { shippingRpc } from './shipping-rpc.ts';

let shipping: OpenShipping;
let served: Served;
beforeAll(async () => {
  shipping = await openShipping();
  served = await serve([implement(ShippingService, shippingRpc(shipping))], shippingErrors);
});
afterAll(async () => {
  await served.stop();
  await shipping.db.drop();
});

const clientOf = (service: string) => served.client(ShippingService, { service });

function requestOf() {
  const { requestId, orderId, address, weightGrams } = shipmentWish();
  return { requestId, orderId, address, weightGrams };
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return ConnectError.from(
    await call.then(
      () => new Error('It did not fail'),
      (error: unknown) => error,
    ),
  );
}

function fieldsOf(error: ConnectError): string[] {
  return error.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations.map(({ field }) => field));
}

test('a parcel is made, read, repeated and cancelled over gRPC', async () => {
  const client = await clientOf('orders');
  const gateway = await clientOf('gateway');
  const request = requestOf();
  const { shipment } = await client.createShipment(request);
  expect(shipment).toMatchObject({ orderId: request.orderId, state: ShipmentState.CREATED, weightGrams: 1200n });
  expect((await client.createShipment(request)).shipment).toEqual(shipment);
  expect((await gateway.getShipment({ orderId: request.orderId })).shipment).toEqual(shipment);
  await client.cancelShipment({ createRequestId: request.requestId, orderId: request.orderId });
  const read = await gateway.getShipment({ orderId: request.orderId });
  expect(read.shipment?.state).toBe(ShipmentState.CANCELLED);
});

test('a repeat with another body is ALREADY_EXISTS', async () => {
  const client = await clientOf('orders');
  const request = requestOf();
  await client.createShipment(request);
  const failure = await failureOf(client.createShipment({ ...request, weightGrams: 1n }));
  expect(reasonOf(failure)).toMatchObject({ reason: 'REQUEST_ID_REUSED', code: Code.AlreadyExists });
});

test('an address is judged and priced', async () => {
  const client = await clientOf('gateway');
  const { address } = requestOf();
  expect((await client.validateAddress({ address })).problems).toEqual([]);
  const { problems } = await client.validateAddress({ address: { ...address, postalCode: 'no' } });
  expect(problems.map(({ field }) => field)).toEqual(['postal_code']);
  const { quotes } = await client.quoteShipping({ address, weightGrams: 1000n, currencyCode: 'EUR' });
  expect(quotes.map(({ serviceLevel }) => serviceLevel)).toEqual(['standard', 'express']);
  expect(quotes[0]?.price).toMatchObject({ units: 4n, nanos: 400_000_000, currencyCode: 'EUR' });
  const failure = await failureOf(client.quoteShipping({ address, weightGrams: 1n, currencyCode: 'XXX' }));
  expect([failure.code, fieldsOf(failure)]).toEqual([Code.InvalidArgument, ['currency_code']]);
});

test('an empty request names its fields', async () => {
  const orders = await clientOf('orders');
  const gateway = await clientOf('gateway');
  const cases: [() => Promise<unknown>, string[]][] = [
    [() => gateway.quoteShipping({}), ['address', 'currency_code']],
    [() => gateway.validateAddress({}), ['address']],
    [() => orders.createShipment({}), ['request_id', 'order_id', 'address']],
    [() => gateway.getShipment({}), ['order_id']],
    [() => orders.cancelShipment({}), ['create_request_id', 'order_id']],
  ];
  for (const [call, fields] of cases) {
    const failure = await failureOf(call());
    expect([failure.code, fieldsOf(failure)]).toEqual([Code.InvalidArgument, fields]);
  }
});

test('an oversized or out-of-range field is named', async () => {
  const orders = await clientOf('orders');
  const request = requestOf();
  const failure = await failureOf(
    orders.createShipment({ ...request, weightGrams: -1n, address: { ...request.address, line1: 'x'.repeat(5000) } }),
  );
  expect([failure.code, fieldsOf(failure).sort()]).toEqual([Code.InvalidArgument, ['address.line1', 'weight_grams']]);
});

test('a request of another type is INVALID_ARGUMENT, never INTERNAL', async () => {
  const headers = { ...(await served.headers({ service: 'orders' })), 'content-type': 'application/json' };
  for (const body of ['{"weightGrams":"heavy"}', '{"address":7}', '[]', 'no json']) {
    const response = await fetch(`http://127.0.0.1:${served.httpPort}/${ShippingService.typeName}/CreateShipment`, {
      method: 'POST',
      headers,
      body,
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'invalid_argument']);
  }
});

test('only those the contract names may call', async () => {
  const stranger = await clientOf('catalog');
  const failure = await failureOf(stranger.createShipment(requestOf()));
  expect(failure.code).toBe(Code.PermissionDenied);
  expect((await failureOf(stranger.getShipment({ orderId: newId() }))).code).toBe(Code.PermissionDenied);
});
