/** Moves parcels along, a batch at a time and each with its event in one statement, so that any number of carriers may work side by side. */
import type { Database } from '#chassis/db/connect.ts';
import { causedBy } from '#chassis/events/current-event.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import { withRemoteTrace } from '#chassis/telemetry.ts';
import type { CarrierStore } from '../app/ports.ts';
import type { ShipmentFact } from '../domain/shipment.ts';

interface DueRow {
  id: string;
  order_id: string;
  tracking_number: string;
  correlation: string | null;
  traceparent: string | null;
  last_event_id: string | null;
}

interface Leg {
  from: 'CREATED' | 'DISPATCHED';
  to: 'DISPATCHED' | 'DELIVERED';
  /** The column with the time of the last step, and the one to write this step's into. */
  since: 'create_time' | 'dispatch_time';
  at: 'dispatch_time' | 'deliver_time';
  fact: ShipmentFact['type'];
}

const DISPATCH: Leg = {
  from: 'CREATED',
  to: 'DISPATCHED',
  since: 'create_time',
  at: 'dispatch_time',
  fact: 'ShipmentDispatched',
};
const DELIVER: Leg = {
  from: 'DISPATCHED',
  to: 'DELIVERED',
  since: 'dispatch_time',
  at: 'deliver_time',
  fact: 'ShipmentDelivered',
};

export function carrierStore(db: Database, outboxRowOf: (fact: ShipmentFact) => OutboxRow): CarrierStore {
  const { sql } = db;

  async function advance(leg: Leg, afterSeconds: number, limit: number): Promise<number> {
    const due = await sql<DueRow[]>`
      select id, order_id, tracking_number, correlation, traceparent, last_event_id from shipment
      where state = ${leg.from} and ${sql(leg.since)} <= now() - ${afterSeconds} * interval '1 second'
      order by ${sql(leg.since)} limit ${limit}`;
    if (due.length === 0) return 0;
    const events = await Promise.all(
      due.map(async (row) => {
        const shipment = { id: row.id, orderId: row.order_id, trackingNumber: row.tracking_number };
        const { payload, ...rest } = await inStory(row, leg, () => outboxRowOf({ type: leg.fact, shipment }));
        return { shipment_id: row.id, ...rest, payload: Buffer.from(payload).toString('hex') };
      }),
    );
    // The events are ready before the rows are locked; a row that another carrier or a cancellation has is skipped with its event.
    const moved = await sql`
      with event as (
        select * from jsonb_to_recordset(${sql.json(events)}::jsonb)
          as event(shipment_id uuid, id uuid, subject text, aggregate_id text, headers jsonb, payload text)
      ), free as (
        select id from shipment where id in (select shipment_id from event) and state = ${leg.from} for update skip locked
      ), moved as (
        update shipment set state = ${leg.to}, ${sql(leg.at)} = now(), last_event_id = event.id
        from free join event on event.shipment_id = free.id where shipment.id = free.id
        returning shipment.id
      )
      insert into outbox (id, subject, aggregate_id, headers, payload)
      select event.id, subject, aggregate_id, headers, decode(payload, 'hex') from event join moved on moved.id = shipment_id`;
    if (moved.count > 0) wakeOutbox(db);
    return moved.count;
  }

  return {
    dispatchDue: (afterSeconds, limit) => advance(DISPATCH, afterSeconds, limit),
    deliverDue: (afterSeconds, limit) => advance(DELIVER, afterSeconds, limit),
  };
}

/** Works on a parcel as a part of the story that began with its order, however long ago that was. A parcel made before stories were kept begins its own. */
function inStory<T>({ id, correlation, traceparent, last_event_id }: DueRow, leg: Leg, work: () => T): Promise<T> {
  const traced = () =>
    withRemoteTrace(traceparent ?? undefined, `shipment ${leg.to}`, { 'shipment.id': id }, async () => work());
  return correlation && last_event_id ? causedBy({ id: last_event_id, correlationId: correlation }, traced) : traced();
}
