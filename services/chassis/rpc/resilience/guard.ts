import { Budget } from '../retry.ts';
import type { MethodPlan } from '../transport/method-plan.ts';
import { Breaker, type OnCircuit, type Reach } from './breaker.ts';
import { Bulkhead } from './bulkhead.ts';
import { Hedge } from './hedge.ts';
import type { BreakerPlan } from './plan.ts';

/** The share of a client's calls that may be hedges. */
const HEDGE_SHARE = 0.05;
const HEDGE_BURST = 10;

/** What stands between the calls of one RPC and the service they go to. */
export interface Guard {
  readonly breaker: Breaker;
  readonly bulkhead: Bulkhead;
  /** Undefined when a second call might change something. */
  readonly hedge: Hedge | undefined;
}

/** The guards of one client: a breaker for each dependency, a bulkhead for each kind of call to it, a hedge for each RPC. */
export class Guards {
  readonly #addresses: number;
  readonly #reach: Reach;
  readonly #onCircuit: OnCircuit | undefined;
  readonly #guards = new Map<MethodPlan, Guard>();
  readonly #breakers = new Map<string, Breaker>();
  readonly #bulkheads = new Map<string, Bulkhead>();
  readonly #hedgeBudget = new Budget(HEDGE_SHARE, HEDGE_BURST, 0);

  /** `addresses` is how many servers the client spreads its calls over, `reach` whether one of them can be reached. */
  constructor(addresses: number, reach: Reach, onCircuit?: OnCircuit) {
    this.#addresses = addresses;
    this.#reach = reach;
    this.#onCircuit = onCircuit;
  }

  of(plan: MethodPlan): Guard {
    return known(this.#guards, plan, () => {
      const { dependency, breaker, bulkhead, hedged } = plan.resilience;
      return {
        breaker: known(this.#breakers, dependency, () => this.#breaker(dependency, breaker)),
        bulkhead: known(this.#bulkheads, `${dependency} ${bulkhead.name}`, () => new Bulkhead(dependency, bulkhead)),
        hedge: hedged ? new Hedge(plan.name, this.#hedgeBudget) : undefined,
      };
    });
  }

  /** Where one server of several may be ill, some failures are its own, and a matter of taking it out; the circuit opens when nothing else is left. */
  #breaker(dependency: string, plan: BreakerPlan): Breaker {
    const failures = this.#addresses > 1 ? plan.minimumCalls : plan.failures;
    return new Breaker(dependency, { ...plan, failures }, this.#onCircuit, this.#reach);
  }
}

function known<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
