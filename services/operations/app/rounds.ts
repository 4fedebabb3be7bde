/** Asks the mesh how it does, again and again: often while somebody looks, now and then otherwise. */

import type { InstanceAnswer } from '#chassis/introspection/answer.ts';
import type { Running } from '#chassis/life-cycle.ts';
import type { Logger } from '#chassis/log.ts';
import type { Round } from './growth.ts';

/** Two rounds in a row; `problem` says why the later one has no answers. */
export interface Pair {
  before: Round;
  after: Round;
  problem?: string;
}

export interface Rounds extends Running {
  /** Each pair from now on, until the caller leaves; the present one first, if there is one. While anybody reads, rounds are often. */
  follow(signal: AbortSignal): AsyncIterable<Pair>;
  /** The present pair; a new one when that is older than those who watch are shown. */
  latest(): Promise<Pair>;
}

export interface RoundsOptions {
  ask(expected: number | undefined): Promise<InstanceAnswer[]>;
  /** Told of each pair that has answers. */
  tell(pair: Pair): void;
  log: Logger;
  /** Between the beginnings of two rounds, in milliseconds, while somebody looks and while nobody does. */
  watchedMs?: number;
  idleMs?: number;
}

const NOTHING_YET: Pair = { before: { time: 0, answers: [] }, after: { time: 0, answers: [] }, problem: 'stopped' };

export function startRounds({ ask, tell, log, watchedMs = 2_000, idleMs = 15_000 }: RoundsOptions): Rounds {
  let readers = 0;
  let stopped = false;
  let pair: Pair | undefined;
  let last: Round | undefined;
  let next = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  async function round(): Promise<void> {
    clearTimeout(timer);
    running = true;
    const time = Date.now();
    const found = await answersOf();
    const after: Round = { time, answers: found.answers };
    pair = { before: last ?? after, after, ...(found.problem !== undefined && { problem: found.problem }) };
    if (found.problem === undefined) {
      last = after;
      tell(pair);
    }
    next.resolve();
    next = Promise.withResolvers();
    running = false;
    plan(time);
  }

  async function answersOf(): Promise<{ answers: InstanceAnswer[]; problem?: string }> {
    try {
      const answers = await ask(last?.answers.length || undefined);
      return { answers };
    } catch (error) {
      log.debug({ err: error }, 'the mesh cannot be asked');
      return { answers: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }

  function plan(lastBegan: number): void {
    clearTimeout(timer);
    if (stopped) return;
    const isUrgent = readers > 0 || pair?.problem !== undefined;
    const wait = Math.max(lastBegan + (isUrgent ? watchedMs : idleMs) - Date.now(), 0);
    timer = setTimeout(() => void round(), wait).unref();
  }

  void round();
  return {
    async latest() {
      const isOld = Date.now() - (pair?.after.time ?? 0) > watchedMs;
      if (isOld && !running && !stopped) void round();
      if (isOld) await next.promise;
      return pair ?? NOTHING_YET;
    },
    async *follow(signal) {
      readers += 1;
      if (!running) plan(pair?.after.time ?? 0);
      const left = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      try {
        while (!signal.aborted && !stopped) {
          if (pair) yield pair;
          await Promise.race([next.promise, left]);
        }
      } finally {
        readers -= 1;
      }
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      next.resolve();
    },
  };
}
