import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { eventually } from '../testing/eventually.ts';
import { defineSaga, StepPostponed, StepRefused } from './define.ts';
import type { SagaRunner } from './runner.ts';
import { openRunners, type State, settled } from './runners.fixture.ts';

const runners = await openRunners();
const { db, runnerOf, store, begin } = runners;
beforeEach(runners.clear);
afterAll(runners.close);

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

  test('woken by another process while a step asks to wait goes on at once, not at the next look', async () => {
    let tries = 0;
    const saga = defineSaga<State>('prompt', [
      {
        name: 'one',
        async do({ sagaId }) {
          if (++tries > 1) return;
          await db.sql`update saga set wakes = wakes + 1 where id = ${sagaId}`;
          throw new StepPostponed(new Date(Date.now() + 3_600_000), 'waits');
        },
      },
    ]);
    const runner = runnerOf(saga, { pollMs: 1e6, leaseMs: 1e6 });
    await settled(runner, await begin(runner, saga), 'completed');
  });

  test('tells once it is stored that it ended or was parked, and survives a listener that fails', async () => {
    const told: (string | undefined)[] = [];
    const onSettled = async ({ id }: { id: string }) => {
      told.push((await runner.find(id))?.status);
      throw new Error('nobody listens');
    };
    const refuse = () => Promise.reject<void>(new StepRefused('NO'));
    const steps = { completed: async () => {}, parked: refuse };
    const pivot = { name: 'pivot', pivot: true, do: async () => {} };
    const ends = Object.entries(steps).map(([end, act]) =>
      defineSaga<State>(end, [pivot, { name: end, do: act }], { onSettled }),
    );
    const undone = defineSaga<State>('compensated', [{ name: 'one', do: refuse }], { onSettled });
    const sagas = [...ends, undone];
    const runner: SagaRunner = runnerOf(undone, { sagas });
    for (const saga of sagas) await settled(runner, await begin(runner, saga), saga.name);
    await eventually(() => expect(told).toEqual(['completed', 'parked', 'compensated']));
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

  test('whose statement does not end in time has it cancelled, and its row is free for the next try', async () => {
    const cancelled: unknown[] = [];
    const saga = defineSaga<State>('held up', [
      {
        name: 'one',
        timeoutMs: 100,
        async do({ attempt }) {
          if (attempt === 1)
            await db.sql`select pg_sleep(60)`.catch((error: { code?: string }) => cancelled.push(error.code));
        },
      },
    ]);
    const runner = runnerOf(saga);
    await settled(runner, await begin(runner, saga), 'completed');
    await eventually(() => expect(cancelled).toEqual(['57014']));
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
