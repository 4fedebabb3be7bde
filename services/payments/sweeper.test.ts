import { pino } from 'pino';
import { expect, test } from 'vitest';
import { eventually } from '#chassis/testing/eventually.ts';
import { startSweeper } from './sweeper.ts';

test('a sweep that fails does not end the sweeping, and stopping does', async () => {
  let sweeps = 0;
  const sweep = async () => {
    sweeps += 1;
    if (sweeps === 1) throw new Error('the database is away');
    return 0;
  };
  const sweeper = startSweeper(sweep, 1, pino({ level: 'silent' }));
  await eventually(() => expect(sweeps).toBeGreaterThan(3));
  await sweeper.stop();
  const swept = sweeps;
  await new Promise(setImmediate);
  expect(sweeps).toBe(swept);
});
