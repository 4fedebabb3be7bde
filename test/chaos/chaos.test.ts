import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';

const LIMIT_MS = 240_000;
/** A plan that kills what holds the money and the stock, who has them act, and both servers; it cuts a way, and brings events twice and late besides. */
const SEED = 5604;
const KILLED = ['inventory', 'payments', 'orders', 'postgres', 'nats'];
/** Few enough that orders meet over the same pieces, and that shelves are soon filled. */
const STOCKED = 30;

test('orders end as they must and every invariant holds though services, servers, ways, events and clocks fail', {
  timeout: LIMIT_MS,
}, async () => {
  const { inflicted, violations, surprises, checked } = await runCampaign({
    seed: SEED,
    orders: 40,
    kills: KILLED.length,
    stocked: STOCKED,
  });
  expect([...violations, ...surprises]).toEqual([]);
  const others = ['reset catalog', 'duplicated events', 'reordered events'];
  expect(Object.keys(inflicted)).toEqual(expect.arrayContaining(others));
  expect(inflicted).toMatchObject(Object.fromEntries(KILLED.map((victim) => [`kill ${victim}`, 1])));
  expect(checked).toBeGreaterThan(1_000);
});
