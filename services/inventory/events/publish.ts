import { create } from '@bufbuild/protobuf';
import { outboxRow } from '#chassis/outbox/append.ts';
import {
  ReservationExpiredSchema,
  StockLowSchema,
  StockReleasedSchema,
  StockReplenishedSchema,
  StockReservationFailedSchema,
  StockReservedSchema,
} from '#gen/tradewind/inventory/events/v1/inventory_events_pb.ts';
import type { StockEvents } from '../app/ports.ts';

/** The events of inventory's contract. */
export const stockEvents: StockEvents = {
  reserved: (orderId, reservationId, lines) =>
    outboxRow(StockReservedSchema, create(StockReservedSchema, { orderId, reservationId, lines })),
  reservationFailed: (orderId, missing) =>
    outboxRow(StockReservationFailedSchema, create(StockReservationFailedSchema, { orderId, missing })),
  released: (orderId, reservationId, lines) =>
    outboxRow(StockReleasedSchema, create(StockReleasedSchema, { orderId, reservationId, lines })),
  expired: (orderId, reservationId, lines) =>
    outboxRow(ReservationExpiredSchema, create(ReservationExpiredSchema, { orderId, reservationId, lines })),
  replenished: (productId, available) =>
    outboxRow(StockReplenishedSchema, create(StockReplenishedSchema, { productId, available })),
  low: (productId, available, threshold) =>
    outboxRow(StockLowSchema, create(StockLowSchema, { productId, available, threshold })),
};
