import { Code, createClient, type Transport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import { ShipmentState } from '#gen/tradewind/shipping/v1/shipping_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { address } from '../testing/samples.ts';
import { shippingClient } from './shipping.ts';

const pact = pactBetween('orders', 'shipping', import.meta.url);
const { validateAddress, createShipment, cancelShipment } = ShippingService.method;
const domain = 'shipping.tradewind';
const shipping = (transport: Transport) => shippingClient(createClient(ShippingService, transport));

const nowhere = { ...address, countryCode: 'AQ' };
const wish = { requestId: ids.request, orderId: ids.order, address, weightGrams: 2100 };
const request = { ...wish, weightGrams: 2100n };
const undone = { requestId: ids.request, orderId: ids.order };

test('an address parcels can go to has no problems', async () => {
  const example = { given: 'no shipments', request: { address }, answer: {} };
  const problems = await pact.call(validateAddress, 'a good address has no problems', example, (to) =>
    shipping(to).problems(address),
  );
  expect(problems).toEqual([]);
});

test('an address nothing is sent to is told by its field', async () => {
  const problem = { field: 'country_code', problem: 'nothing is sent there' };
  const example = { given: 'no shipments', request: { address: nowhere }, answer: { problems: [problem] } };
  const problems = await pact.call(validateAddress, 'a country not served is told by its field', example, (to) =>
    shipping(to).problems(nowhere),
  );
  expect(problems).toEqual([problem]);
});

test('a parcel is made', async () => {
  const shipment = { id: ids.shipment, orderId: ids.order, state: ShipmentState.CREATED };
  const example = { given: 'no shipments', request, answer: { shipment } };
  const made = await pact.call(createShipment, 'a parcel is made', example, (to) => shipping(to).create(wish));
  expect(made).toEqual({ outcome: 'created', shipmentId: ids.shipment });
});

test.each([
  [
    'a country not served',
    'no shipments',
    nowhere,
    { code: Code.FailedPrecondition, reason: 'COUNTRY_NOT_SERVED', metadata: { country_code: 'AQ' } },
  ],
  [
    'a parcel stopped before it came',
    'a shipment cancelled before it was made',
    address,
    { code: Code.FailedPrecondition, reason: 'SHIPMENT_CANCELLED' },
  ],
])('%s is refused for good', async (what, given, to, refusal) => {
  const example = { given, request: { ...request, address: to }, refusal: { ...refusal, domain } };
  const made = await pact.call(createShipment, `${what} is refused`, example, (transport) =>
    shipping(transport).create({ ...wish, address: to }),
  );
  expect(made).toEqual({ outcome: 'refused', reason: refusal.reason });
});

test('a postal code that cannot be is refused for good', async () => {
  const wrong = { ...address, countryCode: 'DE', postalCode: 'EC1A 1BB' };
  const metadata = { field: 'postal_code', problem: 'is not one of DE, such as 10115' };
  const refusal = { code: Code.InvalidArgument, reason: 'ADDRESS_INVALID', domain, metadata };
  const example = { given: 'no shipments', request: { ...request, address: wrong }, refusal };
  const made = await pact.call(createShipment, 'a postal code that cannot be is refused', example, (to) =>
    shipping(to).create({ ...wish, address: wrong }),
  );
  expect(made).toEqual({ outcome: 'refused', reason: 'ADDRESS_INVALID' });
});

test('a parcel is stopped by the request that asked for it', async () => {
  const example = {
    given: 'a shipment',
    request: { createRequestId: ids.request, orderId: ids.order },
    answer: {},
  };
  const stopped = await pact.call(
    cancelShipment,
    'a parcel is stopped by the request that asked for it',
    example,
    (to) => shipping(to).cancel(undone),
  );
  expect(stopped).toEqual({ outcome: 'cancelled' });
});

test('a parcel the carrier has is not stopped', async () => {
  const metadata = { state: 'DISPATCHED' };
  const example = {
    given: 'a dispatched shipment',
    request: { createRequestId: ids.request, orderId: ids.order },
    refusal: { code: Code.FailedPrecondition, reason: 'ALREADY_DISPATCHED', domain, metadata },
  };
  const stopped = await pact.call(cancelShipment, 'a parcel the carrier has is not stopped', example, (to) =>
    shipping(to).cancel(undone),
  );
  expect(stopped).toEqual({ outcome: 'dispatched' });
});

pact.settled();
