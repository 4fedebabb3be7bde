import { moneyOf } from '#chassis/money.ts';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import { requestHash } from '#chassis/rpc/request-hash.ts';
import { CreateShipmentRequestSchema, type ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import type { NewShipment } from '../app/ports.ts';
import { requireDeliverable } from '../app/require-deliverable.ts';
import { problemsOf } from '../domain/address.ts';
import { quotesCurrency, quotesFor } from '../domain/quote.ts';
import type { Shipment } from '../domain/shipment.ts';
import { addressOf, shipmentMessage } from './shipment-message.ts';

/** What the RPCs need of the application. */
export interface UseCases {
  create(wish: NewShipment): Promise<Shipment>;
  cancel(createRequestId: string, orderId: string): Promise<void>;
  get(orderId: string): Promise<Shipment>;
}

export function shippingRpc(useCases: UseCases): ServiceImpl<typeof ShippingService> {
  return {
    async quoteShipping({ address, weightGrams, currencyCode }) {
      const to = addressOf(address);
      requireDeliverable(to);
      if (!quotesCurrency(currencyCode))
        throw badRequest([{ field: 'currency_code', description: 'no prices are listed in this currency' }]);
      const quotes = quotesFor(to.countryCode, weightGrams, currencyCode);
      return { quotes: quotes.map(({ nanos, ...quote }) => ({ ...quote, price: moneyOf(nanos, currencyCode) })) };
    },
    async validateAddress({ address }) {
      return { problems: problemsOf(addressOf(address)) };
    },
    async createShipment(request) {
      const { requestId, orderId, address, weightGrams } = request;
      const hash = Buffer.from(requestHash(CreateShipmentRequestSchema, request)).toString('hex');
      const wish = { requestId, requestHash: hash, orderId, address: addressOf(address), weightGrams };
      return { shipment: shipmentMessage(await useCases.create(wish)) };
    },
    async getShipment({ orderId }) {
      return { shipment: shipmentMessage(await useCases.get(orderId)) };
    },
    async cancelShipment({ createRequestId, orderId }) {
      await useCases.cancel(createRequestId, orderId);
      return {};
    },
  };
}
