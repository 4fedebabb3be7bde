/** Keeps refunds in PostgreSQL. The money of a refund is claimed on its payment's row in the statement that stores it. */
import type { Database } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { RefundStore } from '../app/ports.ts';
import { decimalOf } from '../domain/decimal.ts';
import type { Payment, PaymentFact, Refund } from '../domain/payment.ts';
import { type RawPayment, type RawRefund, realPayment, refundOfRaw } from './payment-row.ts';

const UNIQUE_VIOLATION = '23505';
const COMPLETE_TRIES = 20;

export function refundStore(
  db: Database,
  options: { outboxRowOf: (fact: PaymentFact) => OutboxRow; recoverAfterSeconds: number },
): RefundStore {
  const { sql } = db;
  const { outboxRowOf, recoverAfterSeconds } = options;

  async function paymentAndState(refund: Refund): Promise<{ payment: Payment; state: Refund['state'] }> {
    const [row] = await sql<(RawPayment & { refund_state: Refund['state'] })[]>`
      select payment.*, refund.state as refund_state from refund join payment on payment.id = refund.payment_id
      where refund.id = ${refund.id}`;
    if (!row) throw new Error(`Refund ${refund.id} is gone`);
    return { payment: realPayment(row), state: row.refund_state };
  }

  return {
    async intend({ paymentId, requestId, requestHash, amount, reason }) {
      const asked = amount ? decimalOf(amount.nanos) : null;
      try {
        // The amounts come from the locked row: the statement's own snapshot is older than the refunds it waited for.
        const [row] = await sql<RawRefund[]>`
          with locked as (
            select id, coalesce(${asked}::numeric, captured - refund_claimed) as amount from payment
            where id = ${paymentId} and state = 'CAPTURED' and currency = coalesce(${amount?.currency ?? null}::text, currency)
              and captured - refund_claimed >= coalesce(${asked}::numeric, 0)
            for update
          ), claimed as (
            update payment set refund_claimed = refund_claimed + locked.amount
            from locked where payment.id = locked.id and locked.amount > 0
            returning payment.id, locked.amount
          )
          insert into refund (id, payment_id, request_id, request_hash, amount, reason, state, doubt_until)
          select ${newId()}::uuid, claimed.id, ${requestId}::uuid, ${requestHash}::text, claimed.amount, ${reason}::text, 'PENDING',
            now() + ${recoverAfterSeconds} * interval '1 second'
          from claimed
          returning *`;
        return row && refundOfRaw(row);
      } catch (error) {
        if ((error as { code?: string }).code === UNIQUE_VIOLATION) return undefined;
        throw error;
      }
    },

    async complete(refund) {
      for (let tries = 1; tries <= COMPLETE_TRIES; tries++) {
        const { payment, state } = await paymentAndState(refund);
        if (state === 'DONE') return payment;
        const refundedTotal = payment.refundedNanos + refund.nanos;
        const event = outboxRowOf({ type: 'PaymentRefunded', payment, nanos: refund.nanos, refundedTotal });
        const [row] = await sql<RawPayment[]>`
          with counted as (
            update payment set
              refunded = ${decimalOf(refundedTotal)}, update_time = now(),
              state = case when captured = ${decimalOf(refundedTotal)} then 'REFUNDED' else state end
            where id = ${payment.id} and refunded = ${decimalOf(payment.refundedNanos)}
              and exists (select from refund where id = ${refund.id} and state = 'PENDING')
            returning *
          ), done as (
            update refund set state = 'DONE', doubt_until = null, update_time = now()
            from counted where refund.id = ${refund.id}
          ), published as (
            insert into outbox (id, subject, aggregate_id, headers, payload)
            select ${event.id}::uuid, ${event.subject}::text, ${event.aggregate_id}::text, ${sql.json(event.headers)}::jsonb,
              ${event.payload}::bytea
            from counted
          )
          select * from counted`;
        if (row) {
          wakeOutbox(db);
          return realPayment(row);
        }
        // Another refund of the payment, or this one in another process, was counted meanwhile: the total this event names is old.
      }
      throw new Error(`Refunds of payment ${refund.paymentId} change faster than they can be counted`);
    },

    async findByRequest(requestId) {
      const [row] = await sql<RawRefund[]>`select * from refund where request_id = ${requestId}`;
      return row && refundOfRaw(row);
    },

    async claimDoubtful(afterSeconds, limit) {
      const rows = await sql<RawRefund[]>`
        update refund set doubt_until = now() + greatest(now() - create_time, ${afterSeconds} * interval '1 second')
        where id in (
          select id from refund where doubt_until <= now() order by doubt_until limit ${limit} for update skip locked)
        returning *`;
      return rows.map(refundOfRaw);
    },
  };
}
