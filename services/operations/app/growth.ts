/** What the counts of the mesh grew by from one round of answers to the next. */
import type { InstanceAnswer } from '#chassis/introspection/answer.ts';
import { isFault } from '../domain/promise.ts';
import { nothing, since, type Tally, together, total } from '../domain/tally.ts';

/** One round: everybody was asked, these answered. */
export interface Round {
  /** When, in milliseconds since the epoch. */
  time: number;
  answers: readonly InstanceAnswer[];
}

/** Calls of one kind by how they ended. */
export interface Calls {
  /** All of them. */
  tally: Tally;
  /** Of these, those that failed by a fault of the mesh. */
  errors: number;
  /** Of these errors, those whose time ran out. */
  late: number;
}

const NONE: Calls = { tally: nothing, errors: 0, late: 0 };

export const SERVED = 'tradewind_rpc_server_duration_seconds';
export const MADE = 'tradewind_rpc_client_duration_seconds';
/** Calls that their caller knows of and nobody else. */
export const UNREACHED = 'tradewind_rpc_client_unreached_total';

/** Growth of a histogram of calls, for each service and RPC. */
export function callsGrown(before: Round, after: Round, histogram: string): Map<string, Map<string, Calls>> {
  const grown = new Map<string, Map<string, Calls>>();
  for (const { answer, previous } of comparable(before, after)) {
    const own = grown.get(answer.service) ?? new Map<string, Calls>();
    grown.set(answer.service, own);
    const earlier = seriesOf(previous, histogram);
    for (const [key, { rpc, code, tally }] of seriesOf(answer, histogram)) {
      const more = since(earlier.get(key)?.tally, tally);
      const count = total(more);
      const calls = {
        tally: more,
        errors: isFault(code) ? count : 0,
        late: code === 'DEADLINE_EXCEEDED' ? count : 0,
      };
      own.set(rpc, allCalls([own.get(rpc) ?? NONE, calls]));
    }
  }
  return grown;
}

/**
 * Each answer with what the same instance told before. An instance that was not heard before counts from its start if it began since then; else there is nothing to
 * compare it with, and it counts from the next round on.
 */
function* comparable(before: Round, after: Round) {
  const known = new Map(before.answers.map((answer) => [answer.instance, answer]));
  const elapsed = (after.time - before.time) / 1000;
  for (const answer of after.answers) {
    const previous = known.get(answer.instance);
    if (previous || answer.uptimeSeconds <= elapsed) yield { answer, previous };
  }
}

function seriesOf(answer: InstanceAnswer | undefined, histogram: string) {
  const { bounds, series } = answer?.spreads[histogram] ?? { bounds: [], series: [] };
  return new Map(
    series.map(({ labels: { rpc = '', code = '' }, counts }) => [
      `${rpc} ${code}`,
      { rpc, code, tally: { bounds, counts } },
    ]),
  );
}

/** Growth of a counter, by the value of one label. */
export function countGrown(before: Round, after: Round, counter: string, label: string): Map<string, number> {
  const grown = new Map<string, number>();
  for (const { answer, previous } of comparable(before, after)) {
    const [was, is] = [countsOf(previous, counter, label), countsOf(answer, counter, label)];
    for (const [name, count] of is) {
      const more = count - (was.get(name) ?? 0);
      grown.set(name, (grown.get(name) ?? 0) + (more < 0 ? count : more));
    }
  }
  return grown;
}

function countsOf(answer: InstanceAnswer | undefined, counter: string, label: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { labels, value } of answer?.values[counter] ?? []) {
    const name = labels[label] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + value);
  }
  return counts;
}

/** Every call of several kinds, as one. */
export function allCalls(calls: Iterable<Calls>): Calls {
  let sum = NONE;
  for (const { tally, errors, late } of calls)
    sum = { tally: together(sum.tally, tally), errors: sum.errors + errors, late: sum.late + late };
  return sum;
}

/** The one value of a gauge or counter without labels of its own; the sum of all where it has some. */
export function sumOf(answer: InstanceAnswer, name: string): number {
  return (answer.values[name] ?? []).reduce((sum, { value }) => sum + value, 0);
}
