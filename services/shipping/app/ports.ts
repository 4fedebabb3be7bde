import type { Address } from '../domain/address.ts';
import type { Shipment, ShipmentState } from '../domain/shipment.ts';

export interface NewShipment {
  requestId: string;
  requestHash: string;
  orderId: string;
  address: Address;
  weightGrams: bigint;
}

/** What storing a shipment found. `cancelled`: that request was cancelled, perhaps before it came. `order-has`: another one is under way. */
export type Creation =
  | { kind: 'created' | 'repeated'; shipment: Shipment }
  | { kind: 'cancelled' }
  | { kind: 'order-has'; shipment: Shipment };

/** Keeps shipments. What changes one and what publishes the change are one statement. */
export interface ShipmentStore {
  create(shipment: NewShipment): Promise<Creation>;
  /**
   * Cancels the shipment of a request unless the carrier has it, and answers its state; an unknown request is remembered as cancelled.
   * Undefined when the request belongs to another order.
   */
  cancel(requestId: string, orderId: string): Promise<ShipmentState | undefined>;
  /** The shipment that counts for an order: not a cancelled one if there is another. */
  findByOrder(orderId: string): Promise<Shipment | undefined>;
}

/** What the carrier's work needs of the store. Each moves at most `limit` shipments that are due and says how many it moved. */
export interface CarrierStore {
  dispatchDue(afterSeconds: number, limit: number): Promise<number>;
  deliverDue(afterSeconds: number, limit: number): Promise<number>;
}
