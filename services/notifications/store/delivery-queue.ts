/** Hands out what is to be sent, and records how it ended. Each function is one statement; a lease keeps two senders off one message. */
import type { Database } from '#chassis/db/connect.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { Facts, Kind, Notification, Recipient } from '../domain/notification.ts';

/** A message to be sent now, and to whom. */
export interface Due {
  notification: Notification;
  recipient: Recipient;
  eventId: string;
  correlationId: string;
  traceparent: string | undefined;
}

export interface DeliveryQueue {
  /** Lets go of what nobody wants any more, then takes what is due and whose person is known. */
  take(limit: number): Promise<Due[]>;
  sent(due: Due, event: OutboxRow): Promise<void>;
  /** To be tried again after a while. */
  postponed(due: Due, problem: string, seconds: number): Promise<void>;
  failed(due: Due, problem: string, event: OutboxRow): Promise<void>;
}

interface TakenRow {
  id: string;
  user_id: string;
  order_id: string;
  kind: Kind;
  facts: Facts;
  attempts: number;
  created_at: Date;
  event_id: string;
  correlation_id: string;
  traceparent: string | null;
  email: string;
  display_name: string;
}

export function deliveryQueue(db: Database, leaseSeconds: number): DeliveryQueue {
  const { sql } = db;

  async function ended(due: Due, state: 'SENT' | 'FAILED', problem: string | null, event: OutboxRow): Promise<void> {
    await sql`
      with ended as (
        update notification set
          state = ${state}, problem = ${problem}, lease_until = null, sent_at = case when ${state} = 'SENT' then now() end
        where id = ${due.notification.id} and state = 'PENDING' returning id
      )
      insert into outbox (id, subject, aggregate_id, headers, payload)
      select ${event.id}::uuid, ${event.subject}::text, ${event.aggregate_id}::text, ${sql.json(event.headers)}::jsonb,
        ${Buffer.from(event.payload)}::bytea
      from ended`;
    wakeOutbox(db);
  }

  return {
    async take(limit) {
      await sql`
        update notification n set state = 'SUPPRESSED'
        from address_book a left join preference p using (user_id)
        where n.state = 'PENDING' and n.user_id = a.user_id and n.due_at <= now()
          and (n.lease_until is null or n.lease_until < now()) and (a.email is null or n.kind = any(p.muted_kinds))`;
      const rows = await sql<TakenRow[]>`
        with due as (
          select n.id, a.email, a.display_name
          from notification n join address_book a using (user_id) left join preference p using (user_id)
          where n.state = 'PENDING' and n.due_at <= now() and (n.lease_until is null or n.lease_until < now())
            and a.email is not null and not n.kind = any(coalesce(p.muted_kinds, '{}'))
          order by n.due_at limit ${limit} for update of n skip locked
        )
        update notification n set attempts = attempts + 1, lease_until = now() + ${leaseSeconds} * interval '1 second'
        from due where n.id = due.id
        returning n.*, due.email, due.display_name`;
      return rows.map(toDue);
    },
    sent: (due, event) => ended(due, 'SENT', null, event),
    failed: (due, problem, event) => ended(due, 'FAILED', problem, event),
    async postponed(due, problem, seconds) {
      await sql`
        update notification set problem = ${problem}, lease_until = null, due_at = now() + ${seconds} * interval '1 second'
        where id = ${due.notification.id} and state = 'PENDING'`;
    },
  };
}

function toDue(row: TakenRow): Due {
  return {
    notification: {
      id: row.id,
      userId: row.user_id,
      orderId: row.order_id,
      kind: row.kind,
      state: 'PENDING',
      facts: row.facts,
      attempts: row.attempts,
      createTime: row.created_at,
      sendTime: undefined,
    },
    recipient: { email: row.email, displayName: row.display_name },
    eventId: row.event_id,
    correlationId: row.correlation_id,
    traceparent: row.traceparent ?? undefined,
  };
}
