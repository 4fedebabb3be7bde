/** Keeps shipments in PostgreSQL. What changes a shipment and what publishes the change are one statement. */
import type { Database } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { Creation, NewShipment, ShipmentStore } from '../app/ports.ts';
import type { Shipment, ShipmentFact, ShipmentState } from '../domain/shipment.ts';
import { type RawShipment, shipmentOfRaw } from './shipment-row.ts';
import { newTrackingNumber } from './tracking-number.ts';

const CREATE_TRIES = 5;

export function shipmentStore(db: Database, outboxRowOf: (fact: ShipmentFact) => OutboxRow): ShipmentStore {
  const { sql } = db;

  async function insert(wish: NewShipment): Promise<Shipment | undefined> {
    const shipment = { id: newId(), orderId: wish.orderId, trackingNumber: newTrackingNumber() };
    const event = outboxRowOf({ type: 'ShipmentCreated', shipment });
    const [row] = await sql<RawShipment[]>`
      with created as (
        insert into shipment (id, order_id, request_id, request_hash, state, address, weight_grams, tracking_number,
          correlation, traceparent, last_event_id)
        values (${shipment.id}, ${wish.orderId}, ${wish.requestId}, ${wish.requestHash}, 'CREATED',
          ${sql.json({ ...wish.address })}, ${wish.weightGrams}, ${shipment.trackingNumber},
          ${event.headers['ce-correlationid'] ?? null}, ${event.headers.traceparent ?? null}, ${event.id})
        on conflict do nothing
        returning *
      ), published as (
        insert into outbox (id, subject, aggregate_id, headers, payload)
        select ${event.id}::uuid, ${event.subject}::text, ${event.aggregate_id}::text, ${sql.json(event.headers)}::jsonb,
          ${event.payload}::bytea
        from created
      )
      select * from created`;
    return row && realShipment(row);
  }

  async function findByRequest(requestId: string): Promise<RawShipment | undefined> {
    const [row] = await sql<RawShipment[]>`select * from shipment where request_id = ${requestId}`;
    return row;
  }

  async function findByOrder(orderId: string): Promise<Shipment | undefined> {
    const [row] = await sql<RawShipment[]>`
      select * from shipment where order_id = ${orderId} and address is not null
      order by state = 'CANCELLED', create_time desc limit 1`;
    return row && realShipment(row);
  }

  return {
    findByOrder,

    async create(wish): Promise<Creation> {
      for (let tries = 1; tries <= CREATE_TRIES; tries++) {
        const created = await insert(wish);
        if (created) {
          wakeOutbox(db);
          return { kind: 'created', shipment: created };
        }
        const known = await findByRequest(wish.requestId);
        if (known?.state === 'CANCELLED') return { kind: 'cancelled' };
        if (known) return { kind: 'repeated', shipment: realShipment(known) };
        const other = await findByOrder(wish.orderId);
        if (other && other.state !== 'CANCELLED') return { kind: 'order-has', shipment: other };
        // What stood in the way was cancelled in between, or two parcels drew one tracking number: there is room now.
      }
      throw new Error(`Shipments of order ${wish.orderId} change faster than they can be read`);
    },

    async cancel(requestId, orderId): Promise<ShipmentState | undefined> {
      // The row's lock decides between this and the carrier, whichever comes first.
      const cancelled = await sql`
        insert into shipment (id, order_id, request_id, state) values (${newId()}, ${orderId}, ${requestId}, 'CANCELLED')
        on conflict (request_id) do update set state = 'CANCELLED'
        where shipment.state = 'CREATED' and shipment.order_id = excluded.order_id`;
      if (cancelled.count === 1) return 'CANCELLED';
      const row = await findByRequest(requestId);
      return row?.order_id === orderId ? row.state : undefined;
    },
  };
}

/** For statements that cannot return a tombstone. */
function realShipment(row: RawShipment): Shipment {
  const shipment = shipmentOfRaw(row);
  if (shipment === 'tombstone') throw new Error(`Shipment ${row.id} has no address`);
  return shipment;
}
