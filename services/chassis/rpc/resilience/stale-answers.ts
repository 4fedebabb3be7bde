import { Code, ConnectError } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { currentCall } from '../call.ts';
import type { MethodPlan } from '../transport/method-plan.ts';
import { isAnswer } from './answered.ts';
import { staleAnswers } from './metrics.ts';

/** Tells the caller that an answer is an earlier one: its age in seconds. */
export const STALE_HEADER = 'x-tradewind-stale';

const MOST_ANSWERS = 1_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** The codes of a call that got no answer. Any other is an answer, and an earlier one must not hide it. */
const NO_ANSWER: ReadonlySet<Code> = new Set([Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted]);

/** Keeps the last good answers of the RPCs whose contract lets them stand in, for some time, for one that cannot be had. */
export class StaleAnswers {
  readonly #kept = new LRUCache<string, { bytes: Buffer; at: number }>({
    max: MOST_ANSWERS,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ bytes }, key) => bytes.length + key.length,
  });

  keep(key: string, bytes: Buffer): void {
    this.#kept.set(key, { bytes, at: Date.now() });
  }

  /** The answer that stands in for a failed call, and its age in whole seconds; undefined when the failure must be told. */
  inPlaceOf(error: unknown, plan: MethodPlan, key: string): { bytes: Buffer; ageSeconds: number } | undefined {
    if (!(error instanceof ConnectError)) return undefined;
    if (!NO_ANSWER.has(error.code)) {
      // What was refused last, because it is gone or not theirs to see, must not come back later.
      if (error.code !== Code.Canceled && isAnswer(error)) this.#kept.delete(key);
      return undefined;
    }
    const earlier = this.#kept.get(key);
    if (earlier === undefined) return undefined;
    const ageMs = Date.now() - earlier.at;
    if (ageMs > plan.resilience.staleOkMs) return undefined;
    staleAnswers.inc({ rpc: plan.name });
    return { bytes: earlier.bytes, ageSeconds: Math.max(0, Math.floor(ageMs / 1000)) };
  }
}

/** What two calls must share for one's answer to stand in for the other's: the RPC, the request, and the user they are made for. */
export function staleKey(plan: MethodPlan, request: Buffer, header: ConstructorParameters<typeof Headers>[0]): string {
  const given = header === undefined ? null : new Headers(header).get('authorization');
  const user = given ?? currentCall()?.caller.user?.id ?? '';
  return `${plan.name}\n${user}\n${request.toString('latin1')}`;
}
