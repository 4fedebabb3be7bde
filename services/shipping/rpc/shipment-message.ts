import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import {
  type Shipment as ShipmentMessage,
  ShipmentSchema,
  ShipmentState,
} from '#gen/tradewind/shipping/v1/shipping_pb.ts';
import type { Address as AddressMessage } from '#gen/tradewind/type/v1/address_pb.ts';
import type { Address } from '../domain/address.ts';
import type { Shipment } from '../domain/shipment.ts';

/** An address without what the message format adds to it. */
export function addressOf(address: AddressMessage | undefined): Address {
  if (!address) throw badRequest([{ field: 'address', description: 'value is required' }]);
  const { recipient, line1, line2, city, postalCode, countryCode } = address;
  return { recipient, line1, line2, city, postalCode, countryCode };
}

/** A shipment as callers see it. */
export function shipmentMessage(shipment: Shipment): ShipmentMessage {
  const { id, orderId, address, trackingNumber, weightGrams, dispatchTime, deliverTime } = shipment;
  return create(ShipmentSchema, {
    id,
    orderId,
    address,
    trackingNumber,
    state: ShipmentState[shipment.state],
    weightGrams,
    createTime: timestampFromDate(shipment.createTime),
    dispatchTime: dispatchTime ? timestampFromDate(dispatchTime) : undefined,
    deliverTime: deliverTime ? timestampFromDate(deliverTime) : undefined,
  });
}
