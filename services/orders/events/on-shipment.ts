/** Follows the parcel: what the carrier does moves the order. Repeats and late news change nothing, because the order decides. */
import { on, type Subscription } from '#chassis/events/subscription.ts';
import {
  ShipmentDeliveredSchema,
  ShipmentDispatchedSchema,
} from '#gen/tradewind/shipping/events/v1/shipping_events_pb.ts';
import type { ChangeOrder } from '../app/change-order.ts';
import { delivered, shipped } from '../domain/decide.ts';

export function shipmentSubscriptions(change: ChangeOrder): Subscription[] {
  return [
    on(ShipmentDispatchedSchema, async ({ orderId, shipmentId, trackingNumber }) => {
      await change(orderId, shipped(shipmentId, trackingNumber));
    }),
    on(ShipmentDeliveredSchema, async ({ orderId, shipmentId, trackingNumber }) => {
      await change(orderId, delivered(shipmentId, trackingNumber));
    }),
  ];
}
