import { type DescMessage, type MessageShape, toBinary } from '@bufbuild/protobuf';
import type postgres from 'postgres';
import type { Database } from '../db/connect.ts';
import { currentCause } from '../events/current-event.ts';
import { aggregateIdOf, ownerOf, subjectOf } from '../events/subject.ts';
import { newId } from '../ids.ts';
import { currentCall } from '../rpc/call.ts';
import { injectTrace } from '../telemetry.ts';
import { wakeRelays } from './wake.ts';

/** An event on its way: the columns a writer fills in. Metadata travels as headers with CloudEvents' names; the payload is the bare message. */
export interface OutboxRow {
  id: string;
  subject: string;
  aggregate_id: string;
  headers: Record<string, string>;
  payload: Uint8Array;
}

/** Makes the outbox row of an event. Trace, correlation and cause are those of the running call or event. */
export function outboxRow<D extends DescMessage>(schema: D, message: MessageShape<D>): OutboxRow {
  const id = newId();
  const subject = subjectOf(schema);
  const aggregateId = aggregateIdOf(schema, message);
  const cause = currentCause();
  const headers: Record<string, string> = {
    'ce-specversion': '1.0',
    'ce-id': id,
    'ce-type': subject,
    'ce-source': `/tradewind/${ownerOf(schema)}`,
    'ce-subject': aggregateId,
    'ce-time': new Date().toISOString(),
    'ce-correlationid': cause?.correlationId ?? currentCall()?.correlationId ?? id,
    ...(cause && { 'ce-causationid': cause.id }),
    ...injectTrace(),
  };
  return { id, subject, aggregate_id: aggregateId, headers, payload: toBinary(schema, message) };
}

/** Stores events within the transaction whose facts they tell. Call `wakeOutbox` after it committed. */
export async function appendOutbox(tx: postgres.ISql<{ bigint: bigint }>, rows: readonly OutboxRow[]): Promise<void> {
  for (const row of rows) {
    await tx`
      insert into outbox (id, subject, aggregate_id, headers, payload)
      values (${row.id}, ${row.subject}, ${row.aggregate_id}, ${tx.json(row.headers)}, ${Buffer.from(row.payload)})`;
  }
}

/** Has new events published at once. Call it after the commit: NOTIFY within a transaction makes all commits queue on one lock. */
export function wakeOutbox(db: Database): void {
  wakeRelays(db);
}
