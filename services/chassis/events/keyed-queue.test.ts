import { describe, expect, it } from 'vitest';
import { keyedQueue } from './keyed-queue.ts';

describe('keyedQueue', () => {
  it('runs work of one key in order and never more than the limit at a time', async () => {
    const queue = keyedQueue(4);
    const finished = new Map<string, number[]>();
    let running = 0;
    let most = 0;
    for (let number = 0; number < 200; number++) {
      const key = `k${number % 10}`;
      queue.add(key, async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        finished.set(key, [...(finished.get(key) ?? []), number]);
      });
    }
    await queue.idle();
    expect(most).toBe(4);
    expect([...finished.values()].flat()).toHaveLength(200);
    for (const numbers of finished.values()) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('is idle when it has nothing', async () => {
    await expect(keyedQueue(1).idle()).resolves.toBeUndefined();
  });
});
