import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../db/connect.ts';
import { newId } from '../ids.ts';
import { eventually } from '../testing/eventually.ts';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { type AnySaga, defineSaga, StepPostponed, StepRefused } from './define.ts';
import { type SagaRunner, startSagaRunner } from './runner.ts';
import type { NewSaga } from './store.ts';

interface State {
  note?: string;
}

const log = pino({ level: 'silent' });
let db: TestDatabase;
const runners: SagaRunner[] = [];

beforeAll(async () => {
  db = await testDatabase([]);
});
beforeEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop(0)));
  await db.sql`delete from saga`;
});
afterAll(async () => {
  await Promise.all(runners.map((runner) => runner.stop(0)));
  await db.drop();
});

function runnerOf(saga: AnySaga, options: { db?: Database; leaseMs?: number; concurrency?: number } = {}): SagaRunner {
  const runner = startSagaRunner({ db, sagas: [saga], instance: 'test', log, pollMs: 20, leaseMs: 300, ...options });
  runners.push(runner);
  return runner;
}

async function store(row: NewSaga, lease = true): Promise<NewSaga> {
  const { id, kind, subject, state, lease_owner, lease_until } = row;
  await db.sql`
    insert into saga (id, kind, subject, state, lease_owner, lease_until)
    values (${id}, ${kind}, ${subject}, ${db.sql.json(state as never)}, ${lease ? lease_owner : null}, ${lease ? lease_until : null})`;
  return row;
}

async function begin(runner: SagaRunner, saga: AnySaga, state: State = {}): Promise<string> {
  const row = await store(runner.create(saga, newId(), state));
  runner.start(row);
  return row.id;
}

const settled = (runner: SagaRunner, id: string, status: string) =>
  eventually(async () => {
    const row = await runner.find(id);
    expect(row?.status).toBe(status);
    if (!row) throw new Error('the saga is gone');
    return row;
  });

describe('a saga', () => {
  test('keeps what its steps return and ends completed without a lease', async () => {
    const saga = defineSaga<State>('notes', [{ name: 'one', do: async () => ({ note: 'kept' }) }]);
    const runner = runnerOf(saga);
    const row = await settled(runner, await begin(runner, saga), 'completed');
    expect(row).toMatchObject({ state: { note: 'kept' }, step: 1, leaseOwner: null });
  });

  test('whose runner never began is taken up by the sweeper of another', async () => {
    const saga = defineSaga<State>('orphans', [{ name: 'one', do: async () => ({ note: 'done' }) }]);
    const runner = runnerOf(saga);
    const row = await store(runner.create(saga, newId(), {}), false);
    await settled(runner, row.id, 'completed');
  });

  test('whose runner dies in a step goes on in another process, once the lease is over', async () => {
    const dying = defineSaga<State>('crash', [{ name: 'one', do: () => new Promise<State>(() => {}) }]);
    const living = defineSaga<State>('crash', [{ name: 'one', do: async () => ({ note: 'elsewhere' }) }]);
    // A process that died renews nothing.
    const dead = startSagaRunner({
      db: db.another(),
      sagas: [dying],
      instance: 'dead',
      log,
      pollMs: 1e6,
      leaseMs: 400,
    });
    const id = await begin(dead, dying);
    await dead.stop(0);
    await db.sql`update saga set lease_owner = 'dead', lease_until = now() + interval '300 milliseconds' where id = ${id}`;
    const row = await settled(runnerOf(living), id, 'completed');
    expect(row.state).toEqual({ note: 'elsewhere' });
  });

  test('is run by one of several runners at a time', async () => {
    const active = new Map<string, number>();
    let most = 0;
    const saga = defineSaga<State>('shared', [
      {
        name: 'one',
        async do({ sagaId }) {
          active.set(sagaId, (active.get(sagaId) ?? 0) + 1);
          most = Math.max(most, active.get(sagaId) ?? 0);
          await new Promise((resolve) => setTimeout(resolve, 5));
          active.set(sagaId, (active.get(sagaId) ?? 0) - 1);
        },
      },
    ]);
    const [first] = [runnerOf(saga), runnerOf(saga, { db: db.another() }), runnerOf(saga, { db: db.another() })];
    if (!first) throw new Error('no runner');
    const ids = await Promise.all(
      Array.from({ length: 60 }, async () => (await store(first.create(saga, newId(), {}), false)).id),
    );
    await Promise.all(ids.map((id) => settled(first, id, 'completed')));
    expect(most).toBe(1);
  });

  test('keeps its lease during a step that takes longer than it', async () => {
    let begun = 0;
    const saga = defineSaga<State>('long', [
      {
        name: 'one',
        async do() {
          begun++;
          await new Promise((resolve) => setTimeout(resolve, 900));
        },
      },
    ]);
    const runner = runnerOf(saga);
    runnerOf(saga, { db: db.another() });
    await settled(runner, await begin(runner, saga), 'completed');
    expect(begun).toBe(1);
  });

  test('tries a step that fails again and says so', async () => {
    let tries = 0;
    const saga = defineSaga<State>('flaky', [
      {
        name: 'one',
        async do({ attempt }) {
          tries = attempt;
          if (attempt < 4) throw new Error('not yet');
        },
      },
    ]);
    const runner = runnerOf(saga);
    const row = await settled(runner, await begin(runner, saga), 'completed');
    expect(tries).toBe(4);
    expect(row.history).toMatchObject([{ outcome: 'failed', problem: 'not yet', times: 3 }, { outcome: 'done' }]);
  });

  test('waits without a slot and goes on when it is woken', async () => {
    let open = false;
    const saga = defineSaga<State>('patient', [
      {
        name: 'one',
        async do() {
          if (!open) throw new StepPostponed(new Date(Date.now() + 3_600_000), 'waits');
        },
      },
    ]);
    const runner = runnerOf(saga, { concurrency: 1 });
    const ids = [await begin(runner, saga), await begin(runner, saga)];
    for (const id of ids) await eventually(async () => expect((await runner.find(id))?.problem).toBe('waits'));
    open = true;
    await runner.wake(...ids);
    for (const id of ids) await settled(runner, id, 'completed');
  });

  test('is not put to sleep by a step that asks to wait just after it was woken', async () => {
    let tries = 0;
    const saga = defineSaga<State>('light sleeper', [
      {
        name: 'one',
        async do({ sagaId }) {
          if (++tries > 1) return;
          await runner.wake(sagaId);
          throw new StepPostponed(new Date(Date.now() + 3_600_000), 'waits');
        },
      },
    ]);
    const runner: SagaRunner = runnerOf(saga);
    await settled(runner, await begin(runner, saga), 'completed');
    expect(tries).toBe(2);
  });

  test('asked to cancel undoes in reverse what ran, and only that', async () => {
    const undone: string[] = [];
    const undo = (name: string) => async () => void undone.push(name);
    const saga = defineSaga<State>(
      'cancelled',
      [
        { name: 'one', do: async () => {}, undo: undo('one') },
        {
          name: 'two',
          do: async ({ sagaId }) => void (await db.sql`update saga set cancel_requested = true where id = ${sagaId}`),
          undo: undo('two'),
        },
        { name: 'three', do: async () => {}, undo: undo('three') },
        { name: 'four', do: async () => {}, pivot: true },
      ],
      { cancelReason: 'WISH', onCompensated: async (_context, { reason }) => ({ note: reason }) },
    );
    const runner = runnerOf(saga);
    const row = await settled(runner, await begin(runner, saga), 'compensated');
    expect(undone).toEqual(['two', 'one']);
    expect(row).toMatchObject({ state: { note: 'WISH' }, failure: { step: 'three', reason: 'WISH' } });
  });

  test('refused after its pivot is parked, and goes on when an operator resumes it', async () => {
    let fixed = false;
    const saga = defineSaga<State>('parked', [
      { name: 'one', do: async () => {}, pivot: true },
      {
        name: 'two',
        async do() {
          if (!fixed) throw new StepRefused('BROKEN');
        },
      },
    ]);
    const runner = runnerOf(saga);
    const id = await begin(runner, saga);
    expect(await settled(runner, id, 'parked')).toMatchObject({ problem: 'BROKEN', leaseOwner: null });
    fixed = true;
    expect((await runner.resume(id))?.status).toBe('running');
    await settled(runner, id, 'completed');
    expect(await runner.resume(id)).toBeUndefined();
  });

  test('whose undo keeps failing is parked and resumed in the undo', async () => {
    let fixed = false;
    const retry = { baseMs: 1, capMs: 1, maxAttempts: 3 };
    const saga = defineSaga<State>('stuck', [
      {
        name: 'one',
        retry,
        do: async () => {},
        async undo() {
          if (!fixed) throw new Error('still broken');
        },
      },
      { name: 'two', do: () => Promise.reject<void>(new StepRefused('NO')) },
    ]);
    const runner = runnerOf(saga);
    const id = await begin(runner, saga);
    await settled(runner, id, 'parked');
    fixed = true;
    expect((await runner.resume(id))?.status).toBe('compensating');
    await settled(runner, id, 'compensated');
  });

  test('whose step gives no answer in time tries it again', async () => {
    const saga = defineSaga<State>('silent', [
      {
        name: 'one',
        timeoutMs: 30,
        do: ({ attempt }) => (attempt === 1 ? new Promise<State>(() => {}) : Promise.resolve<State>({})),
      },
    ]);
    const runner = runnerOf(saga);
    const row = await settled(runner, await begin(runner, saga), 'completed');
    expect(row.history[0]).toMatchObject({ outcome: 'failed', problem: 'no answer within 30 ms' });
  });

  test('that another runner took is left alone by the first, however late it answers', async () => {
    let answer: (() => void) | undefined;
    const slow = defineSaga<State>('stolen', [
      { name: 'one', do: () => new Promise<State>((resolve) => (answer = () => resolve({ note: 'late' }))) },
    ]);
    const runner = startSagaRunner({ db, sagas: [slow], instance: 'late', log, pollMs: 1e6, leaseMs: 1e6 });
    runners.push(runner);
    const id = await begin(runner, slow);
    await eventually(() => expect(answer).toBeDefined());
    await db.sql`update saga set lease_owner = 'thief', version = version + 1, lease_until = now() + interval '1 hour' where id = ${id}`;
    answer?.();
    await runner.stop(200);
    expect(await runner.find(id)).toMatchObject({ state: {}, step: 0, leaseOwner: 'thief' });
  });

  test('that waits when its runner stops is found at once by another', async () => {
    const saga = defineSaga<State>('handed over', [{ name: 'one', do: () => new Promise<State>(() => {}) }]);
    const first = runnerOf(saga, { leaseMs: 1e6 });
    const id = await begin(first, saga);
    await first.stop(0);
    const next = defineSaga<State>('handed over', [{ name: 'one', do: async () => ({ note: 'next' }) }]);
    await settled(runnerOf(next, { db: db.another() }), id, 'completed');
  });
});

test('sagas are listed newest first and by status', async () => {
  const saga = defineSaga<State>('listed', [{ name: 'one', do: async () => {} }]);
  const runner = runnerOf(saga);
  const ids: string[] = [];
  for (let made = 0; made < 3; made++) ids.push(await begin(runner, saga));
  for (const id of ids) await settled(runner, id, 'completed');
  const [newest] = await runner.list({ limit: 1 });
  expect(newest?.id).toBe([...ids].sort().at(-1));
  expect(await runner.list({ status: 'parked', limit: 10 })).toEqual([]);
  expect(await runner.list({ before: newest?.id, limit: 10 })).toHaveLength(2);
});
