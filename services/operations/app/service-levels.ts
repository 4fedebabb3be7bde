/** Keeps how each RPC did over the last hour, and holds it against what its contract promises. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { PromiseState, type ServiceLevelSchema } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { type Booked, bookedTogether, countOnce, unbooked } from '../domain/booked.ts';
import { judged, kept } from '../domain/promise.ts';
import { quantileMs, total } from '../domain/tally.ts';
import { callsGrown, countGrown, MADE, SERVED, UNREACHED } from './growth.ts';
import type { Pair } from './rounds.ts';
import { isStream, rpcs } from './rpcs.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

interface Minute {
  minute: number;
  books: Map<string, Booked>;
}

const STATES = {
  'too few calls': PromiseState.TOO_FEW_CALLS,
  kept: PromiseState.KEPT,
  broken: PromiseState.BROKEN,
};

export function serviceLevels() {
  const minutes: Minute[] = [];
  const begin = Date.now();

  return {
    /** Takes in what a round brought. */
    add(pair: Pair): void {
      const minute = Math.floor(pair.after.time / MINUTE_MS);
      const last = minutes.at(-1);
      const current = last?.minute === minute ? last : { minute, books: new Map<string, Booked>() };
      if (current !== last) minutes.push(current);
      while ((minutes[0]?.minute ?? minute) <= minute - MINUTES) minutes.shift();
      for (const [rpc, more] of entriesOf(pair))
        current.books.set(rpc, bookedTogether(current.books.get(rpc) ?? unbooked, { ...unbooked, ...more }));
    },

    windowSeconds: () => Math.min(Date.now() - begin, MINUTES * MINUTE_MS) / 1000,

    list(service: string, includeUnused: boolean): MessageInitShape<typeof ServiceLevelSchema>[] {
      return rpcs
        .filter((each) => service === '' || each.service === service)
        .map(({ service: owner, rpc, promised }) => {
          const booked = minutes.reduce((sum, { books }) => bookedTogether(sum, books.get(rpc) ?? unbooked), unbooked);
          const { calls, errors } = countOnce(booked);
          const measured = { calls, errors, p95Ms: isStream(rpc) ? 0 : quantileMs(booked.answered, 0.95) };
          const level = kept(measured, promised);
          return {
            service: owner,
            rpc,
            targetAvailabilityPercent: promised.availabilityPercent,
            targetP95Ms: promised.p95Ms,
            calls: BigInt(calls),
            errors: BigInt(errors),
            p95Ms: measured.p95Ms,
            ...level,
            promise: STATES[judged(calls, level.met)],
          };
        })
        .filter(({ calls }) => includeUnused || calls > 0n);
    },
  };
}

/** What a round adds to the books about each RPC. */
function* entriesOf({ before, after }: Pair): Generator<[rpc: string, more: Partial<Booked>]> {
  for (const [service, byRpc] of callsGrown(before, after, SERVED)) {
    for (const [rpc, { tally, errors, late }] of byRpc) {
      // The gateway passes on calls of others, who count them themselves.
      if (rpc.startsWith(`tradewind.${service}.`)) yield [rpc, { answered: tally, errors, late }];
    }
  }
  for (const byRpc of callsGrown(before, after, MADE).values()) {
    for (const [rpc, { tally, late }] of byRpc) yield [rpc, { made: total(tally), waitedInVain: late }];
  }
  for (const [rpc, unreached] of countGrown(before, after, UNREACHED, 'rpc')) yield [rpc, { unreached }];
}
