import { expect, test, vi } from 'vitest';
import { createLogger } from '../log.ts';
import { serve } from '../testing/serve.ts';
import { Health } from './health.ts';
import { warmUp } from './warm-up.ts';

function listener() {
  const log = createLogger({ service: 'test', version: '0', level: 'fatal' });
  return { log, warn: vi.spyOn(log, 'warn') };
}

test('tries again what fails, and says nothing when it succeeds in time', async () => {
  const { log, warn } = listener();
  const keys = vi.fn().mockRejectedValueOnce(new Error('refused')).mockResolvedValue(undefined);
  await warmUp([{ name: 'keys', check: keys }], log);
  expect(keys).toHaveBeenCalledTimes(2);
  expect(warn).not.toHaveBeenCalled();
});

test.each([
  ['fails', () => Promise.reject<void>(new Error('refused'))],
  ['never ends', () => new Promise<void>(() => {})],
])('goes on without what %s, naming it', async (_, check) => {
  const { log, warn } = listener();
  await warmUp(
    [
      { name: 'keys', check },
      { name: 'postgres', check: async () => {} },
    ],
    log,
    250,
  );
  expect(warn.mock.calls.map(([fields]) => fields)).toEqual([expect.objectContaining({ part: 'keys' })]);
});

test('a service answers while it warms up, but is ready only afterwards', async () => {
  const warm = Promise.withResolvers<void>();
  const health = new Health([]);
  const seen: boolean[] = [];
  const served = await serve(
    [],
    { domain: 'test', rules: {} },
    {
      health,
      async beforeReady() {
        seen.push((await health.readiness()).ready);
        warm.resolve();
      },
    },
  );
  try {
    await warm.promise;
    expect(seen).toEqual([false]);
    expect((await health.readiness()).ready).toBe(true);
  } finally {
    await served.stop();
  }
});
