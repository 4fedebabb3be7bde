import { expect, test } from 'vitest';
import { limitConcurrency } from './limit-concurrency.ts';

/** Work that ends when told to. */
function gatedWork() {
  const gates: PromiseWithResolvers<void>[] = [];
  const started: number[] = [];
  const work = (id: number) => () => {
    started.push(id);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    return gate.promise;
  };
  return { started, work, gates };
}

test('lets only so much work run at once, the rest in the order it came', async () => {
  const limited = limitConcurrency(2);
  const { started, work, gates } = gatedWork();
  const all = [1, 2, 3, 4].map((id) => limited(work(id)));
  expect(started).toEqual([1, 2]);
  gates[1]?.resolve();
  await all[1];
  expect(started).toEqual([1, 2, 3]);
  gates[0]?.resolve();
  await all[0];
  expect(started).toEqual([1, 2, 3, 4]);
});

test('work that fails gives its place back', async () => {
  const limited = limitConcurrency(1);
  await expect(limited(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  await expect(limited(async () => 'ran')).resolves.toBe('ran');
});
