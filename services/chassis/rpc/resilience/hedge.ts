import { currentCall } from '../call.ts';
import type { Budget } from '../retry.ts';
import type { UnaryReply, UnarySending } from '../transport/unary.ts';
import { isAnswer } from './answered.ts';
import { Latencies } from './latencies.ts';
import { hedges } from './metrics.ts';

/** Below this a second call would cost more than it saves, in milliseconds. */
const LEAST_DELAY_MS = 10;

/**
 * Sends a second call when the first takes longer than 95 % of those before it, and takes the answer that comes first: one slow server, or
 * one lost packet, then does not make a reader wait. The other call is cancelled. See "The Tail at Scale", Dean and Barroso, 2013.
 */
export class Hedge {
  readonly #rpc: string;
  readonly #budget: Budget;
  readonly #latencies = new Latencies();

  /** `budget` bounds the extra calls of a client. */
  constructor(rpc: string, budget: Budget) {
    this.#rpc = rpc;
    this.#budget = budget;
  }

  async send(start: () => UnarySending, deadline: number | undefined): Promise<UnaryReply> {
    this.#budget.earn();
    const startedAt = performance.now();
    const first = start();
    const reply = await (this.#mayHedge(deadline) ? this.#race(first, start) : first.reply);
    this.#latencies.add(performance.now() - startedAt);
    return reply;
  }

  #delay(): number {
    return Math.max(LEAST_DELAY_MS, Math.ceil(this.#latencies.p95 ?? 0));
  }

  /** A handler that serves a stream makes calls for as long as it lasts, and nobody waits for one of them. */
  #mayHedge(deadline: number | undefined): boolean {
    if (this.#latencies.p95 === undefined) return false;
    if (deadline !== undefined && Date.now() + this.#delay() >= deadline) return false;
    return (currentCall()?.rpc?.method.methodKind ?? 'unary') === 'unary';
  }

  #race(first: UnarySending, start: () => UnarySending): Promise<UnaryReply> {
    return new Promise((resolve, reject) => {
      let second: UnarySending | undefined;
      let failed = false;
      let over = false;
      const end = (outcome: 'won' | 'lost', other: UnarySending | undefined) => {
        over = true;
        clearTimeout(timer);
        if (second !== undefined) hedges.inc({ rpc: this.#rpc, outcome });
        other?.cancel();
      };
      const onReply = (outcome: 'won' | 'lost', reply: UnaryReply) => {
        if (over) return;
        end(outcome, outcome === 'won' ? first : second);
        resolve(reply);
      };
      const onError = (outcome: 'won' | 'lost', error: unknown) => {
        // One that broke says nothing of the other, which may still answer.
        const waits = second !== undefined && !failed && !isAnswer(error);
        failed = true;
        if (over || waits) return;
        end(outcome, outcome === 'won' ? first : second);
        reject(error);
      };
      const timer = setTimeout(() => {
        if (!this.#budget.spend()) return;
        try {
          second = start();
        } catch {
          // A client that was closed meanwhile sends no second call; nobody here would catch that, and the first may still be answered.
          return;
        }
        second.reply.then(
          (reply) => onReply('won', reply),
          (error: unknown) => onError('won', error),
        );
      }, this.#delay());
      first.reply.then(
        (reply) => onReply('lost', reply),
        (error: unknown) => onError('lost', error),
      );
    });
  }
}
