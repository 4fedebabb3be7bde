/** Keeps payments in PostgreSQL. What changes a payment and what publishes the change are one statement. */
import type { Database } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { Intent, NewPayment, PaymentStore, Transition } from '../app/ports.ts';
import { decimalOf } from '../domain/decimal.ts';
import type { Payment, PaymentFact } from '../domain/payment.ts';
import { paymentOfRaw, type RawPayment, realPayment } from './payment-row.ts';

/** How long a voided payment is asked for before it is believed that its authorization never reached the provider. */
const VOID_DOUBT = '24 hours';
const INTEND_TRIES = 5;

export function paymentStore(
  db: Database,
  options: { outboxRowOf: (fact: PaymentFact) => OutboxRow; recoverAfterSeconds: number },
): PaymentStore {
  const { sql } = db;
  const { outboxRowOf, recoverAfterSeconds } = options;

  async function insert(wish: NewPayment): Promise<Payment | undefined> {
    const id = newId();
    const [row] = await sql<RawPayment[]>`
      insert into payment (id, order_id, request_id, request_hash, provider_key, state, amount, currency, doubt_until)
      values (${id}, ${wish.orderId}, ${wish.requestId}, ${wish.requestHash}, ${newId()}, 'PENDING', ${decimalOf(wish.nanos)},
        ${wish.currency}, now() + ${recoverAfterSeconds} * interval '1 second')
      on conflict do nothing
      returning *`;
    return row && realPayment(row);
  }

  async function findByRequest(requestId: string) {
    const [row] = await sql<RawPayment[]>`select * from payment where request_id = ${requestId}`;
    return row && paymentOfRaw(row);
  }

  async function findByOrder(orderId: string) {
    const [row] = await sql<RawPayment[]>`
      select * from payment where order_id = ${orderId} and amount is not null
      order by state = 'DECLINED', create_time desc limit 1`;
    return row && realPayment(row);
  }

  async function find(id: string) {
    const [row] = await sql<RawPayment[]>`select * from payment where id = ${id} and amount is not null`;
    return row && realPayment(row);
  }

  return {
    find,
    findByRequest,
    findByOrder,

    async intend(wish): Promise<Intent> {
      for (let tries = 1; tries <= INTEND_TRIES; tries++) {
        const stored = await insert(wish);
        if (stored) return { kind: 'stored', payment: stored };
        const known = await findByRequest(wish.requestId);
        if (known) return known === 'tombstone' ? { kind: 'tombstone' } : { kind: 'repeated', payment: known };
        const other = await findByOrder(wish.orderId);
        if (other && other.state !== 'DECLINED') return { kind: 'order-has', payment: other };
        // What stood in the way was declined in between: there is room now.
      }
      throw new Error(`Payments of order ${wish.orderId} change faster than they can be read`);
    },

    async move(payment, { from, to, fact }: Transition) {
      const event = outboxRowOf(fact);
      const captured = to === 'CAPTURED' ? payment.nanos : 0n;
      const inDoubt = from === 'PENDING' && to === 'VOIDED';
      const [row] = await sql<RawPayment[]>`
        with moved as (
          update payment set
            state = ${to}, captured = ${decimalOf(captured)}, update_time = now(),
            decline_code = ${fact.type === 'PaymentDeclined' ? fact.declineCode : ''},
            doubt_until = case when ${inDoubt} then now() + ${recoverAfterSeconds} * interval '1 second' end
          where id = ${payment.id} and state = ${from}
          returning *
        ), published as (
          insert into outbox (id, subject, aggregate_id, headers, payload)
          select ${event.id}::uuid, ${event.subject}::text, ${event.aggregate_id}::text, ${sql.json(event.headers)}::jsonb,
            ${event.payload}::bytea
          from moved
        )
        select * from moved`;
      if (row) {
        wakeOutbox(db);
        return { moved: true, payment: realPayment(row) };
      }
      const now = await find(payment.id);
      if (!now) throw new Error(`Payment ${payment.id} is gone`);
      return { moved: false, payment: now };
    },

    async findByProviderKey(key) {
      const [row] = await sql<RawPayment[]>`select * from payment where provider_key = ${key} and amount is not null`;
      return row && realPayment(row);
    },

    async bury(requestId, orderId) {
      const buried = await sql`
        insert into payment (id, order_id, request_id, provider_key, state)
        values (${newId()}, ${orderId}, ${requestId}, ${newId()}, 'VOIDED')
        on conflict do nothing`;
      return buried.count === 1;
    },

    async claimDoubtful(afterSeconds, limit) {
      const rows = await sql<RawPayment[]>`
        update payment set doubt_until = case
          when state = 'VOIDED' and update_time < now() - ${VOID_DOUBT}::interval then null
          else now() + greatest(now() - create_time, ${afterSeconds} * interval '1 second') end
        where id in (
          select id from payment where doubt_until <= now() order by doubt_until limit ${limit} for update skip locked)
        returning *`;
      return rows.map(realPayment);
    },

    async settle(id) {
      await sql`update payment set doubt_until = null where id = ${id} and state = 'VOIDED'`;
    },
  };
}
