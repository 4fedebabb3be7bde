import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Running } from '#chassis/life-cycle.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { createLedger, type Ledger } from './ledger.ts';

import { shareCounts } from './share-counts.ts';

let nats: TestNats;
const running: Running[] = [];
beforeAll(async () => {
  nats = await startNats();
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
});
afterAll(() => nats.stop());

const BURST = 10;
const QUOTA = 60;
const SECOND = 1_000;

function replica(perHour = 1_000_000): Ledger & Running {
  const ledger = createLedger(() => ({ perSecond: 5, burst: BURST, perHour }), 1_000);
  const shared = shareCounts({ url: nats.url, ledger, log });
  running.push(shared);
  return { ...ledger, stop: () => shared.stop() };
}

/** Two replicas that hear each other. */
async function pair(perHour?: number): Promise<[Ledger & Running, Ledger & Running]> {
  const both: [Ledger & Running, Ledger & Running] = [replica(perHour), replica(perHour)];
  const [one, other] = both;
  await eventually(() => {
    const caller = newId();
    const begun = other.take(caller).left;
    return eventually(() => expect(one.take(caller).left).toBeLessThan(begun - 1), { timeoutMs: 500 });
  });
  await eventually(() => {
    const caller = newId();
    const begun = one.take(caller).left;
    return eventually(() => expect(other.take(caller).left).toBeLessThan(begun - 1), { timeoutMs: 500 });
  });
  return both;
}

const isLetThrough = (ledger: Ledger, caller: string) => ledger.take(caller).refused === undefined;

/** Knocks at both replicas for a while, far more often than is allowed, and counts what gets through. */
async function flood(replicas: readonly Ledger[], caller: string, ms: number): Promise<number> {
  let through = 0;
  const end = performance.now() + ms;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (const each of replicas) if (isLetThrough(each, caller)) through += 1;
      if (performance.now() < end) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  return through;
}

test('two replicas let through what one would, and at most one burst more', async () => {
  const replicas = await pair();
  const through = await flood(replicas, newId(), 4 * SECOND);
  const one = BURST + 5 * 4;
  expect(through).toBeGreaterThanOrEqual(one - 2);
  expect(through).toBeLessThanOrEqual(one + BURST + 2);
});

test('a quota is passed by two bursts at most, however late the word of others comes', async () => {
  const caller = newId();
  const ledgers = await pair(QUOTA);
  // As fast as each may go alone: within what a bucket has, at both, until both refuse for the hour.
  let through = 0;
  await eventually(
    () => {
      const verdicts = ledgers.map((each) => each.take(caller));
      through += verdicts.filter(({ refused }) => refused === undefined).length;
      expect(verdicts.map(({ refused }) => refused)).toEqual(['QUOTA_EXCEEDED', 'QUOTA_EXCEEDED']);
    },
    { timeoutMs: 20 * SECOND },
  );
  expect(through).toBeGreaterThanOrEqual(QUOTA);
  expect(through).toBeLessThanOrEqual(QUOTA + 2 * BURST);
});

test('a replica that starts knows what was called in this hour', async () => {
  const caller = newId();
  const [one, other] = await pair(QUOTA);
  for (let call = 0; call < BURST; call++) one.take(caller);
  await one.stop();
  await other.stop();
  const next = replica(QUOTA);
  await eventually(() => expect(next.take(caller).left).toBeLessThanOrEqual(QUOTA - BURST - 1));
});

test('limits go on while NATS is away, and are one again when it is back', async () => {
  const caller = newId();
  const [one, other] = await pair();
  await nats.kill();
  const alone = [one, other].map((each) => Array.from({ length: 50 }, () => isLetThrough(each, caller)));
  expect(alone.map((calls) => calls.filter(Boolean).length)).toEqual([BURST, BURST]);
  await nats.revive();
  await eventually(() => expect(one.take(caller).left).toBeLessThanOrEqual(1_000_000 - 2 * BURST), {
    timeoutMs: 10 * SECOND,
  });
});
