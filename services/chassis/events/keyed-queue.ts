/** Runs work of different keys side by side, at most `limit` at a time, and work of one key in the order it came. */
export interface KeyedQueue {
  /** Queues `work`, which must not reject. */
  add(key: string, work: () => Promise<void>): void;
  /** Settles when nothing is queued or running. */
  idle(): Promise<void>;
}

export function keyedQueue(limit: number): KeyedQueue {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const ready: string[] = [];
  const idlers: (() => void)[] = [];
  let running = 0;

  function pump(): void {
    while (running < limit) {
      const key = ready.shift();
      if (key === undefined) break;
      running += 1;
      void runNext(key);
    }
    if (running === 0 && waiting.size === 0) for (const idler of idlers.splice(0)) idler();
  }

  async function runNext(key: string): Promise<void> {
    const queue = waiting.get(key) ?? [];
    try {
      await queue[0]?.();
    } finally {
      queue.shift();
      running -= 1;
      if (queue.length > 0) ready.push(key);
      else waiting.delete(key);
      pump();
    }
  }

  return {
    add(key, work) {
      const queue = waiting.get(key);
      if (queue) {
        queue.push(work);
        return;
      }
      waiting.set(key, [work]);
      ready.push(key);
      pump();
    },
    idle() {
      if (running === 0 && waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}
