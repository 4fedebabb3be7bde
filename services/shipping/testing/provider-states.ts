/** What shipping's callers and readers take for given in their pacts. */
import { ids } from '#chassis/testing/pact/examples.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { buildShipping, shipping } from '../shipping.ts';

const made = { requestId: ids.request, orderId: ids.order };
const address = {
  recipient: 'Ada Lovelace',
  line1: '12 Analytical Row',
  city: 'London',
  postalCode: 'EC1A 1BB',
  countryCode: 'GB',
};

export const shippingProvider: PactProvider = {
  definition: shipping,
  states({ client, db }) {
    const { carrier } = buildShipping(db);
    const orders = () => client(ShippingService, { service: 'orders' });
    const create = async () => {
      const { shipment } = await (await orders()).createShipment({ ...made, address, weightGrams: 2100n });
      return { shipment: shipment?.id ?? '' };
    };
    const dispatch = async () => {
      const known = await create();
      await carrier.dispatchDue(0, 10);
      return known;
    };
    return {
      'no shipments': async () => undefined,
      'a shipment': create,
      'a dispatched shipment': dispatch,
      async 'a delivered shipment'() {
        const known = await dispatch();
        await carrier.deliverDue(0, 10);
        return known;
      },
      async 'a shipment cancelled before it was made'() {
        await (await orders()).cancelShipment({ createRequestId: made.requestId, orderId: made.orderId });
      },
    };
  },
};
