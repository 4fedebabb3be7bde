/** Asks shipping to make and stop parcels. */
import type { Client } from '@connectrpc/connect';
import { reasonOf } from '#chassis/domain-error.ts';
import type { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import type { Shipping } from '../app/ports.ts';
import { fromAddress } from '../values.ts';

/** Trying again with the same address cannot help. */
const REFUSALS = ['COUNTRY_NOT_SERVED', 'ADDRESS_INVALID', 'SHIPMENT_CANCELLED'];

export function shippingClient(client: Client<typeof ShippingService>): Shipping {
  return {
    async problems(address) {
      const { problems } = await client.validateAddress({ address: fromAddress(address) });
      return problems.map(({ field, problem }) => ({ field, problem }));
    },

    async create({ requestId, orderId, address, weightGrams }) {
      try {
        const request = { requestId, orderId, address: fromAddress(address), weightGrams: BigInt(weightGrams) };
        const { shipment } = await client.createShipment(request);
        if (!shipment) throw new Error('shipping answered without a shipment');
        return { outcome: 'created', shipmentId: shipment.id };
      } catch (error) {
        const reason = reasonOf(error)?.reason;
        if (reason && REFUSALS.includes(reason)) return { outcome: 'refused', reason };
        throw error;
      }
    },

    async cancel({ requestId, orderId }) {
      try {
        await client.cancelShipment({ createRequestId: requestId, orderId });
        return { outcome: 'cancelled' };
      } catch (error) {
        if (reasonOf(error)?.reason === 'ALREADY_DISPATCHED') return { outcome: 'dispatched' };
        throw error;
      }
    },
  };
}
