import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';

const LIMIT_MS = 240_000;
/** A plan that hits what recovers at once: who kills inventory or payments waits until their callers' circuits close. `npm run chaos` does that too. */
const SEED = 708;

test('orders end as they must and every invariant holds though services, servers, ways, events and clocks fail', {
  timeout: LIMIT_MS,
}, async () => {
  const { kills, violations, surprises, checked } = await runCampaign({ seed: SEED, orders: 60, kills: 4 });
  expect([...violations, ...surprises]).toEqual([]);
  expect(kills).toBe(4);
  expect(checked).toBeGreaterThan(1_000);
});
