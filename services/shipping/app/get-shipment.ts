import { DomainError } from '#chassis/domain-error.ts';
import type { Shipment } from '../domain/shipment.ts';
import type { ShipmentStore } from './ports.ts';

/** Reads the shipment that counts for an order. */
export function getShipment(shipments: ShipmentStore) {
  return async (orderId: string): Promise<Shipment> => {
    const shipment = await shipments.findByOrder(orderId);
    if (!shipment) throw new DomainError('SHIPMENT_NOT_FOUND');
    return shipment;
  };
}
