import { DomainError } from '#chassis/domain-error.ts';
import type { Shipment } from '../domain/shipment.ts';
import type { NewShipment, ShipmentStore } from './ports.ts';
import { requireDeliverable } from './require-deliverable.ts';

/** Makes the parcel of an order, once for each request. A repeat is answered as the first was, wherever the parcel is by now. */
export function createShipment(shipments: ShipmentStore) {
  return async (wish: NewShipment): Promise<Shipment> => {
    requireDeliverable(wish.address);
    const found = await shipments.create(wish);
    if (found.kind === 'cancelled') throw new DomainError('SHIPMENT_CANCELLED');
    const isReuse = found.kind === 'order-has' || found.shipment.requestHash !== wish.requestHash;
    if (isReuse) throw new DomainError('REQUEST_ID_REUSED', { shipment_id: found.shipment.id });
    return { ...found.shipment, state: 'CREATED', dispatchTime: null, deliverTime: null };
  };
}
