import type { Address } from './address.ts';

/** Where a shipment is in its life. CREATED: packed and labelled, the carrier has not come yet. */
export type ShipmentState = 'CREATED' | 'DISPATCHED' | 'DELIVERED' | 'CANCELLED';

/** A parcel for one order. */
export interface Shipment {
  id: string;
  orderId: string;
  requestHash: string;
  state: ShipmentState;
  address: Address;
  weightGrams: bigint;
  trackingNumber: string;
  createTime: Date;
  dispatchTime: Date | null;
  deliverTime: Date | null;
}

/** What other services are told about a shipment. */
export interface ShipmentFact {
  type: 'ShipmentCreated' | 'ShipmentDispatched' | 'ShipmentDelivered';
  shipment: Pick<Shipment, 'id' | 'orderId' | 'trackingNumber'>;
}
