import { type CallEdge, CircuitState, type ServiceNode } from '#gen/tradewind/operations/v1/operations_pb.ts';
import type { Tone } from '../parts/tag.tsx';

/** How a service is, in a word. */
export function stateOf({ instances }: ServiceNode): { tone: Tone; word: string } {
  if (instances.length === 0) return { tone: 'bad', word: 'no answer' };
  const ready = instances.filter((instance) => instance.ready).length;
  if (ready < instances.length)
    return { tone: ready === 0 ? 'bad' : 'few', word: `${ready}/${instances.length} ready` };
  return { tone: 'good', word: ready === 1 ? 'ready' : `${ready} ready` };
}

const CIRCUITS: Readonly<Record<number, { tone: Tone; word: string }>> = {
  [CircuitState.CLOSED]: { tone: 'good', word: 'closed' },
  [CircuitState.HALF_OPEN]: { tone: 'few', word: 'half open' },
  [CircuitState.OPEN]: { tone: 'bad', word: 'open' },
};

/** What a circuit breaker does; where none is told of, nothing. */
export function circuitOf({ circuit }: CallEdge): { tone: Tone; word: string } {
  return CIRCUITS[circuit] ?? { tone: 'plain', word: '–' };
}

export function toneOfCalls({ errorsPerSecond, circuit }: CallEdge): Tone {
  if (circuit === CircuitState.OPEN || errorsPerSecond > 0) return 'bad';
  return circuit === CircuitState.HALF_OPEN ? 'few' : 'plain';
}
