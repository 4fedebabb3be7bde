import { expect, test } from 'vitest';
import { stopAmidSagas } from '../chaos/stop-amid-sagas.ts';

test('a full stop and start amid hundreds of checkouts finishes them all', { timeout: 120_000 }, async () => {
  const { underWay, surprises, violations } = await stopAmidSagas(300);
  expect(underWay).toBeGreaterThan(30);
  expect([...surprises, ...violations]).toEqual([]);
});
