import type { Call } from '../call.ts';
import type { Incoming, Interceptor, Next } from '../interceptor.ts';
import { type Gate, rankOf } from '../limit/gate.ts';
import { UsualLatency } from '../limit/usual-latency.ts';

/**
 * Keeps a process from taking more calls than it can answer in time: each needs a place at the gate, by the priority that the contract gives
 * its RPC. Stands before authentication and logging, so that what is turned away costs little; health and reflection do not pass here.
 * A stream needs a place to begin and gives it back at once: how long it stays open says nothing of the work it makes.
 */
export function loadShedding(gate: Gate): Interceptor {
  return (rpc) => {
    const rank = rankOf(rpc.policy.priority);
    const usual = new UsualLatency();
    return (next) => {
      const run = rpc.method.methodKind === 'unary' ? measured(gate, usual, next) : begun(gate, next);
      return (call, request) => {
        if (gate.enter(rank)) return run(call, request);
        return gate.wait(rank, call, usual.ms).then(() => run(call, request));
      };
    };
  };
}

function measured(gate: Gate, usual: UsualLatency, next: Next): Next {
  return (call: Call, request: Incoming) => {
    const begin = performance.now();
    const done = () => {
      const now = performance.now();
      gate.note(usual.note(now - begin, now));
      gate.leave();
    };
    // A refusal is quick and says nothing of the load; work that was given up for lack of time says much.
    const failed = () => {
      if (performance.now() - begin > usual.ms) done();
      else gate.leave();
    };
    const answer = settling(next, call, request);
    answer.then(done, failed);
    return answer;
  };
}

/** A promise even when the rest of the chain throws before it makes one. */
function settling(next: Next, call: Call, request: Incoming): ReturnType<Next> {
  try {
    return next(call, request);
  } catch (error) {
    return Promise.reject(error);
  }
}

function begun(gate: Gate, next: Next): Next {
  return (call, request) => {
    gate.leave();
    return next(call, request);
  };
}
