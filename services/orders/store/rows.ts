/** Shapes what a statement takes as a list of rows in one JSON parameter, so that its text never varies and stays prepared. */
import type { OutboxRow } from '#chassis/outbox/append.ts';
import type { NewSaga } from '#chassis/saga/store.ts';
import type { RecordedEvent } from '../domain/event.ts';

export function eventRows(events: readonly RecordedEvent[], correlationId: string | undefined) {
  return events.map(({ orderId, version, time, event }) => ({
    order_id: orderId,
    version,
    type: event.type,
    data: event,
    occurred_at: time,
    correlation_id: correlationId ?? null,
  })) as never;
}

export function boxed(rows: readonly OutboxRow[]) {
  return rows.map((row) => ({ ...row, payload: Buffer.from(row.payload).toString('base64') })) as never;
}

export function newSagaRows(saga: NewSaga | undefined) {
  return (saga ? [saga] : []) as never;
}
