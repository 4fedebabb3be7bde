import type { Address } from '../domain/address.ts';
import type { Shipment, ShipmentState } from '../domain/shipment.ts';

/** A row under the columns' own names, as hand-written statements return it. */
export interface RawShipment {
  id: string;
  order_id: string;
  request_hash: string | null;
  state: ShipmentState;
  address: Address | null;
  weight_grams: bigint;
  tracking_number: string | null;
  create_time: Date;
  dispatch_time: Date | null;
  deliver_time: Date | null;
}

/** The shipment of a row, or `tombstone` for one that only remembers a cancellation. */
export function shipmentOfRaw(row: RawShipment): Shipment | 'tombstone' {
  if (row.address === null || row.request_hash === null || row.tracking_number === null) return 'tombstone';
  return {
    id: row.id,
    orderId: row.order_id,
    requestHash: row.request_hash,
    state: row.state,
    address: row.address,
    weightGrams: row.weight_grams,
    trackingNumber: row.tracking_number,
    createTime: row.create_time,
    dispatchTime: row.dispatch_time,
    deliverTime: row.deliver_time,
  };
}
