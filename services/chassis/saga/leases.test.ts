import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { eventually } from '../testing/eventually.ts';
import { defineSaga } from './define.ts';
import { openRunners, type State, settled } from './runners.fixture.ts';

const runners = await openRunners();
const { db, runnerOf, store, begin } = runners;
beforeEach(runners.clear);
afterAll(runners.close);

describe('a saga', () => {
  test('whose runner dies in a step goes on in another process, once the lease is over', async () => {
    const dying = defineSaga<State>('crash', [{ name: 'one', do: () => new Promise<State>(() => {}) }]);
    const living = defineSaga<State>('crash', [{ name: 'one', do: async () => ({ note: 'elsewhere' }) }]);
    // A process that died renews nothing.
    const dead = runnerOf(dying, { db: db.another(), instance: 'dead', pollMs: 1e6, leaseMs: 400 });
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
    // Longer than a busy machine keeps them from renewing it.
    const leaseMs = 60_000;
    const [first] = Array.from({ length: 3 }, () => runnerOf(saga, { db: db.another(), leaseMs }));
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

  test('that another runner took is left alone by the first, however late it answers', async () => {
    let answer: (() => void) | undefined;
    const slow = defineSaga<State>('stolen', [
      { name: 'one', do: () => new Promise<State>((resolve) => (answer = () => resolve({ note: 'late' }))) },
    ]);
    const runner = runnerOf(slow, { instance: 'late', pollMs: 1e6, leaseMs: 1e6 });
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

  test('is not taken twice by its own runner when its lease ran out unnoticed, as when the process stood still', async () => {
    let begun = 0;
    const rest = Promise.withResolvers<void>();
    const saga = defineSaga<State>('stalled', [
      {
        name: 'one',
        async do() {
          begun++;
          await rest.promise;
        },
      },
    ]);
    const witness = defineSaga<State>('witness', [{ name: 'one', do: async () => {} }]);
    const runner = runnerOf(saga, { sagas: [saga, witness], leaseMs: 1e6 });
    const id = await begin(runner, saga);
    await db.sql`update saga set lease_until = now() - interval '1 second' where id = ${id}`;
    // Whoever finds the witness due finds the lease over, too.
    const seen = await store(runner.create(witness, newId(), {}), false);
    await settled(runner, seen.id, 'completed');
    rest.resolve();
    await settled(runner, id, 'completed');
    expect(begun).toBe(1);
  });
});
