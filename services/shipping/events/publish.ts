import { create } from '@bufbuild/protobuf';
import { type OutboxRow, outboxRow } from '#chassis/outbox/append.ts';
import {
  ShipmentCreatedSchema,
  ShipmentDeliveredSchema,
  ShipmentDispatchedSchema,
} from '#gen/tradewind/shipping/events/v1/shipping_events_pb.ts';
import type { ShipmentFact } from '../domain/shipment.ts';

const SCHEMAS = {
  ShipmentCreated: ShipmentCreatedSchema,
  ShipmentDispatched: ShipmentDispatchedSchema,
  ShipmentDelivered: ShipmentDeliveredSchema,
} as const;

/** The event of a fact, ready for the outbox of the statement that makes it true. */
export function outboxRowOf({ type, shipment }: ShipmentFact): OutboxRow {
  const { id: shipmentId, orderId, trackingNumber } = shipment;
  const schema = SCHEMAS[type];
  return outboxRow(schema, create(schema, { orderId, shipmentId, trackingNumber }));
}
