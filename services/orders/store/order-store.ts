/** Keeps orders as events with a snapshot. Each write is one prepared statement: one round trip, one commit, nothing to interleave. */
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import { currentCall } from '#chassis/rpc/call.ts';
import type { OrderStore } from '../app/ports.ts';
import type { RecordedEvent } from '../domain/event.ts';
import { boxed, eventRows, newSagaRows } from './rows.ts';
import { orderEvent, orderRequest, orders } from './schema.ts';

export function orderStore(db: Database): OrderStore {
  const { sql } = db;
  const orm = ormOf(db);
  return {
    async place({ order, placed, outbox, checkout, requestId, requestHash, fromCart }) {
      const rows = await sql`
        with request as (
          insert into order_request (user_id, request_id, request_hash, order_id)
          values (${order.userId}, ${requestId}, ${requestHash}, ${order.id})
          on conflict do nothing returning order_id
        ), placed as (
          insert into orders (id, user_id, state, version, data, created_at, updated_at)
          select order_id, ${order.userId}, ${order.state}, ${order.version}, ${sql.json(order as never)}, ${order.createTime}, ${order.updateTime}
          from request
        ), event as (
          insert into order_event (order_id, version, type, data, occurred_at, correlation_id)
          select e.* from request, jsonb_to_recordset(${sql.json(eventRows([placed], currentCall()?.correlationId))})
            as e(order_id uuid, version bigint, type text, data jsonb, occurred_at timestamptz, correlation_id text)
        ), announced as (
          insert into outbox (id, subject, aggregate_id, headers, payload)
          select b.id, b.subject, b.aggregate_id, b.headers, decode(b.payload, 'base64')
          from request, jsonb_to_recordset(${sql.json(boxed([outbox]))})
            as b(id uuid, subject text, aggregate_id text, headers jsonb, payload text)
        ), checkout as (
          insert into saga (id, kind, subject, state, lease_owner, lease_until, correlation, traceparent)
          select s.id, s.kind, s.subject, s.state, s.lease_owner, now() + s.lease_ms * interval '1 millisecond', s.correlation, s.traceparent
          from request, jsonb_to_recordset(${sql.json(newSagaRows(checkout))})
            as s(id uuid, kind text, subject text, state jsonb, lease_owner text, lease_ms integer, correlation text, traceparent text)
        ), emptied as (
          delete from cart_item using request, jsonb_to_recordset(${sql.json([...fromCart] as never)})
            as l("productId" uuid, quantity bigint)
          where cart_item.user_id = ${order.userId} and cart_item.product_id = l."productId" and cart_item.quantity = l.quantity
        )
        select order_id from request`;
      return rows.length === 1;
    },

    async append({ before, after, events, outbox, cancelSaga, startSaga }) {
      const rows = await sql`
        with changed as (
          update orders set state = ${after.state}, version = ${after.version}, data = ${sql.json(after as never)}, updated_at = ${after.updateTime}
          where id = ${before.id} and version = ${before.version} returning id
        ), event as (
          insert into order_event (order_id, version, type, data, occurred_at, correlation_id)
          select e.* from changed, jsonb_to_recordset(${sql.json(eventRows(events, currentCall()?.correlationId))})
            as e(order_id uuid, version bigint, type text, data jsonb, occurred_at timestamptz, correlation_id text)
        ), announced as (
          insert into outbox (id, subject, aggregate_id, headers, payload)
          select b.id, b.subject, b.aggregate_id, b.headers, decode(b.payload, 'base64')
          from changed, jsonb_to_recordset(${sql.json(boxed(outbox))})
            as b(id uuid, subject text, aggregate_id text, headers jsonb, payload text)
        ), begun as (
          insert into saga (id, kind, subject, state, lease_owner, lease_until, correlation, traceparent)
          select s.id, s.kind, s.subject, s.state, s.lease_owner, now() + s.lease_ms * interval '1 millisecond', s.correlation, s.traceparent
          from changed, jsonb_to_recordset(${sql.json(newSagaRows(startSaga))})
            as s(id uuid, kind text, subject text, state jsonb, lease_owner text, lease_ms integer, correlation text, traceparent text)
        ), asked as (
          update saga set cancel_requested = true, wakes = wakes + 1, wake_at = least(wake_at, now())
          from changed where saga.id = ${cancelSaga ?? null}
        )
        select id from changed`;
      return rows.length === 1;
    },

    async find(orderId) {
      const [row] = await sql`select data from orders where id = ${orderId}`;
      return row?.data;
    },

    async findMany(orderIds) {
      const rows = await orm
        .select({ data: orders.data })
        .from(orders)
        .where(inArray(orders.id, [...orderIds]));
      return rows.map((row) => row.data);
    },

    async findRequest(userId, requestId) {
      const [row] = await orm
        .select({ placed: orderEvent, requestHash: orderRequest.requestHash })
        .from(orderRequest)
        .innerJoin(orderEvent, and(eq(orderEvent.orderId, orderRequest.orderId), eq(orderEvent.version, 1)))
        .where(and(eq(orderRequest.userId, userId), eq(orderRequest.requestId, requestId)));
      return row && { placed: toRecorded(row.placed), requestHash: row.requestHash };
    },

    async events(orderId, afterVersion) {
      const rows = await orm
        .select()
        .from(orderEvent)
        .where(and(eq(orderEvent.orderId, orderId), gt(orderEvent.version, afterVersion)))
        .orderBy(asc(orderEvent.version));
      return rows.map(toRecorded);
    },

    async versions(orderIds) {
      const rows = await sql<{ id: string; version: bigint }[]>`
        select id, version from orders where id = any(${[...orderIds]}::uuid[])`;
      return new Map(rows.map((row) => [row.id, Number(row.version)]));
    },
  };
}

function toRecorded({ orderId, version, occurredAt, data }: typeof orderEvent.$inferSelect): RecordedEvent {
  return { orderId, version, time: occurredAt.toISOString(), event: data };
}
