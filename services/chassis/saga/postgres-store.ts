/** Keeps sagas in PostgreSQL: each function is one prepared statement. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../db/connect.ts';
import { ormOf } from '../db/orm.ts';
import { LeaseLost, type SagaChange, type SagaProgress, type SagaSignals } from './store.ts';
import { type SagaRow, type SagaStatus, sagaTable } from './table.ts';

export interface SagaCount {
  kind: string;
  status: SagaStatus;
  count: number;
  oldestSeconds: number;
}

export interface SagaStore extends SagaProgress {
  /**
   * Takes sagas that are due and nobody's, or whose owner stopped renewing. Two callers never get the same one. Those `held` are left alone: a process that stood
   * still finds the leases of what it runs over, and renews them.
   */
  claimDue(kinds: string[], limit: number, held: string[]): Promise<SagaRow[]>;
  /** Prolongs the leases of sagas and answers those still owned. */
  renew(ids: string[]): Promise<Set<string>>;
  /** Gives leases back, so that another instance goes on at once. */
  release(ids: string[]): Promise<void>;
  wake(ids: string[]): Promise<void>;
  /** Lets a parked saga go on; answers nothing when it is not parked. */
  resume(id: string): Promise<SagaRow | undefined>;
  find(id: string): Promise<SagaRow | undefined>;
  findOf(kind: string, subject: string): Promise<SagaRow | undefined>;
  /** Newest first, those older than `before` (a UUIDv7). */
  list(filter: { status?: SagaStatus; subject?: string; before?: string; limit: number }): Promise<SagaRow[]>;
  counts(): Promise<SagaCount[]>;
}

/** The rows of `returning *` under the table's own names. */
function toRow(raw: Record<string, unknown>): SagaRow {
  const entries = Object.entries(sagaTable).flatMap(([name, column]) =>
    typeof column === 'object' && column !== null && 'name' in column ? [[name, raw[String(column.name)]]] : [],
  );
  const row = Object.fromEntries(entries) as SagaRow;
  return { ...row, version: Number(row.version) };
}

export function sagaStore(db: Database, owner: string, leaseMs: number): SagaStore {
  const { sql } = db;
  const orm = ormOf(db);
  return {
    async save(saga: SagaRow, change: SagaChange): Promise<SagaSignals> {
      const rests = change.wakeAt !== undefined || !['running', 'compensating'].includes(change.status);
      const [saved] = await sql<{ version: bigint; wakes: number; cancel_requested: boolean }[]>`
        update saga set
          state = ${sql.json(change.state as never)}, step = ${change.step}, status = ${change.status}, attempts = ${change.attempts},
          touched = ${change.touched}, failure = ${change.failure ? sql.json(change.failure as never) : null}, problem = ${change.problem},
          history = ${sql.json(change.history as never)}, version = version + 1, updated_at = now(),
          wake_at = case
            when ${change.wakeAt ?? null}::timestamptz is null then wake_at
            when wakes <> ${saga.wakes} then now()
            else ${change.wakeAt ?? null}::timestamptz end,
          lease_owner = case when ${rests} then null else lease_owner end,
          lease_until = case when ${rests} then null else now() + ${leaseMs} * interval '1 millisecond' end
        where id = ${saga.id} and lease_owner = ${owner} and version = ${saga.version}
        returning version, wakes, cancel_requested`;
      if (!saved) throw new LeaseLost(saga.id);
      return { version: Number(saved.version), wakes: saved.wakes, cancelRequested: saved.cancel_requested };
    },

    async claimDue(kinds, limit, held) {
      const rows = await sql`
        update saga set
          lease_owner = ${owner}, lease_until = now() + ${leaseMs} * interval '1 millisecond', version = version + 1,
          touched = touched or lease_owner is not null
        where id in (
          select id from saga
          where status in ('running', 'compensating') and wake_at <= now() and (lease_until is null or lease_until < now())
            and kind = any(${kinds}) and id <> all(${held}::uuid[])
          order by wake_at limit ${limit} for update skip locked)
        returning *`;
      return rows.map(toRow);
    },

    async renew(ids) {
      const rows = await sql<{ id: string }[]>`
        update saga set lease_until = now() + ${leaseMs} * interval '1 millisecond'
        where id = any(${ids}::uuid[]) and lease_owner = ${owner} returning id`;
      return new Set(rows.map((row) => row.id));
    },

    async release(ids) {
      await sql`update saga set lease_until = now() where id = any(${ids}::uuid[]) and lease_owner = ${owner}`;
    },

    async wake(ids) {
      await sql`
        update saga set wakes = wakes + 1, wake_at = least(wake_at, now())
        where id = any(${ids}::uuid[]) and status in ('running', 'compensating')`;
    },

    async resume(id) {
      const move = [{ step: '', outcome: 'resumed', time: new Date().toISOString() }];
      const [row] = await sql`
        update saga set
          status = case when failure is null then 'running' else 'compensating' end, attempts = 0, wake_at = now(), problem = null,
          version = version + 1, updated_at = now(), history = history || ${sql.json(move)}
        where id = ${id} and status = 'parked' returning *`;
      return row && toRow(row);
    },

    async find(id) {
      const [row] = await orm.select().from(sagaTable).where(eq(sagaTable.id, id));
      return row;
    },

    async findOf(kind, subject) {
      const [row] = await orm
        .select()
        .from(sagaTable)
        .where(and(eq(sagaTable.subject, subject), eq(sagaTable.kind, kind)))
        .orderBy(desc(sagaTable.id))
        .limit(1);
      return row;
    },

    list({ status, subject, before, limit }) {
      const conditions = [
        status ? eq(sagaTable.status, status) : undefined,
        subject ? eq(sagaTable.subject, subject) : undefined,
        before ? lt(sagaTable.id, before) : undefined,
      ];
      return orm
        .select()
        .from(sagaTable)
        .where(and(...conditions))
        .orderBy(desc(sagaTable.id))
        .limit(limit);
    },

    async counts() {
      const rows = await sql<{ kind: string; status: SagaStatus; count: number; oldest: number }[]>`
        select kind, status, count(*)::int as count, extract(epoch from now() - min(started_at))::float8 as oldest
        from saga where status in ('running', 'compensating', 'parked') group by kind, status`;
      return rows.map(({ kind, status, count, oldest }) => ({ kind, status, count, oldestSeconds: oldest }));
    },
  };
}
