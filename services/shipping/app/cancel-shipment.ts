import { DomainError } from '#chassis/domain-error.ts';
import type { ShipmentStore } from './ports.ts';

/** Stops a parcel before, while or after it is made, unless the carrier took it first. */
export function cancelShipment(shipments: ShipmentStore) {
  return async (createRequestId: string, orderId: string): Promise<void> => {
    const state = await shipments.cancel(createRequestId, orderId);
    if (state === undefined) throw new DomainError('SHIPMENT_NOT_FOUND');
    if (state !== 'CANCELLED') throw new DomainError('ALREADY_DISPATCHED', { state });
  };
}
