/** What the tests of runners share: runners on a real database, sagas stored and begun as their creators do, and waiting for their ends. */
import { pino } from 'pino';
import { expect } from 'vitest';
import { newId } from '../ids.ts';
import { eventually } from '../testing/eventually.ts';
import { testDatabase } from '../testing/postgres.ts';
import type { AnySaga } from './define.ts';
import { type SagaRunner, type SagaRunnerOptions, startSagaRunner } from './runner.ts';
import type { NewSaga } from './store.ts';
import type { SagaRow } from './table.ts';

export interface State {
  note?: string;
}

export async function openRunners() {
  const db = await testDatabase([]);
  const runners: SagaRunner[] = [];
  const stopAll = () => Promise.all(runners.splice(0).map((runner) => runner.stop(0)));

  async function store(row: NewSaga, lease = true): Promise<NewSaga> {
    const { id, kind, subject, state, lease_owner, lease_ms } = row;
    await db.sql`
      insert into saga (id, kind, subject, state, lease_owner, lease_until)
      values (${id}, ${kind}, ${subject}, ${db.sql.json(state as never)}, ${lease ? lease_owner : null},
        now() + ${lease ? lease_ms : null} * interval '1 millisecond')`;
    return row;
  }

  return {
    db,
    store,
    runnerOf(saga: AnySaga, options: Partial<SagaRunnerOptions> = {}): SagaRunner {
      const log = pino({ level: 'silent' });
      const runner = startSagaRunner({
        db,
        sagas: [saga],
        instance: 'test',
        log,
        pollMs: 20,
        leaseMs: 300,
        ...options,
      });
      runners.push(runner);
      return runner;
    },
    async begin(runner: SagaRunner, saga: AnySaga, state: State = {}): Promise<string> {
      const row = await store(runner.create(saga, newId(), state));
      runner.start(row);
      return row.id;
    },
    async clear(): Promise<void> {
      await stopAll();
      await db.sql`delete from saga`;
    },
    async close(): Promise<void> {
      await stopAll();
      await db.drop();
    },
  };
}

export const settled = (runner: SagaRunner, id: string, status: string): Promise<SagaRow> =>
  eventually(async () => {
    const row = await runner.find(id);
    expect(row?.status).toBe(status);
    if (!row) throw new Error('the saga is gone');
    return row;
  });
