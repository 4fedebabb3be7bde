/** Events of real contracts for tests of the chassis. */
import { create } from '@bufbuild/protobuf';
import { type OrderShipped, OrderShippedSchema } from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import type { Database } from '../db/connect.ts';
import { appendOutbox, outboxRow, wakeOutbox } from '../outbox/append.ts';

export const service = 'orders';
export const ShippedSchema = OrderShippedSchema;

export function shipped(orderId: string, version: number, trackingNumber = ''): OrderShipped {
  return create(OrderShippedSchema, { orderId, version: BigInt(version), trackingNumber });
}

/** Tells of shipped orders as a service does: rows in one transaction, then the wake. Answers the events' ids. */
export async function announce(db: Database, ...events: OrderShipped[]): Promise<string[]> {
  const rows = events.map((event) => outboxRow(OrderShippedSchema, event));
  await db.sql.begin((tx) => appendOutbox(tx, rows));
  wakeOutbox(db);
  return rows.map((row) => row.id);
}
