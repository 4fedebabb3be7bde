import { create } from '@bufbuild/protobuf';
import { type OutboxRow, outboxRow } from '#chassis/outbox/append.ts';
import {
  ReservationExpiredSchema,
  StockLowSchema,
  StockReleasedSchema,
  StockReplenishedSchema,
  StockReservationFailedSchema,
  StockReservedSchema,
} from '#gen/tradewind/inventory/events/v1/inventory_events_pb.ts';

interface Line {
  productId: string;
  quantity: bigint;
}

export function stockReserved(orderId: string, reservationId: string, lines: Line[]): OutboxRow {
  return outboxRow(StockReservedSchema, create(StockReservedSchema, { orderId, reservationId, lines }));
}

export function stockReservationFailed(orderId: string, missing: Line[]): OutboxRow {
  return outboxRow(StockReservationFailedSchema, create(StockReservationFailedSchema, { orderId, missing }));
}

export function stockReleased(orderId: string, reservationId: string, lines: Line[]): OutboxRow {
  return outboxRow(StockReleasedSchema, create(StockReleasedSchema, { orderId, reservationId, lines }));
}

export function reservationExpired(orderId: string, reservationId: string, lines: Line[]): OutboxRow {
  return outboxRow(ReservationExpiredSchema, create(ReservationExpiredSchema, { orderId, reservationId, lines }));
}

export function stockReplenished(productId: string, available: bigint): OutboxRow {
  return outboxRow(StockReplenishedSchema, create(StockReplenishedSchema, { productId, available }));
}

export function stockLow(productId: string, available: bigint, threshold: bigint): OutboxRow {
  return outboxRow(StockLowSchema, create(StockLowSchema, { productId, available, threshold }));
}
