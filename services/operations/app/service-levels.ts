/** Keeps how each RPC did over the last hour, and holds it against what its contract promises. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { services } from '#chassis/local/topology.ts';
import { rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { ServiceLevelSchema } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { kept, type Promised, USUAL } from '../domain/promise.ts';
import { quantileMs, total } from '../domain/tally.ts';
import { allCalls, type Calls, callsGrown, SERVED } from './growth.ts';
import type { Pair } from './rounds.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;

interface Minute {
  minute: number;
  calls: Map<string, Calls>;
}

const rpcs = services.flatMap(({ name, contracts }) =>
  contracts.flatMap(({ typeName, methods }) =>
    methods.map((method) => ({ service: name, rpc: `${typeName}/${method.name}`, promised: promiseOf(method) })),
  ),
);

function promiseOf(method: DescMethod): Promised {
  const { slo } = getOption(method, rpcPolicy);
  const isStream = method.methodKind !== 'unary';
  return {
    availabilityPercent: slo?.availabilityPercent || USUAL.availabilityPercent,
    p95Ms: isStream ? 0 : slo?.p95Ms || USUAL.p95Ms,
  };
}

export function serviceLevels() {
  const minutes: Minute[] = [];
  const begin = Date.now();

  return {
    /** Takes in what a round brought. */
    add(pair: Pair): void {
      const minute = Math.floor(pair.after.time / MINUTE_MS);
      const last = minutes.at(-1);
      const current = last?.minute === minute ? last : { minute, calls: new Map<string, Calls>() };
      if (current !== last) minutes.push(current);
      while ((minutes[0]?.minute ?? minute) <= minute - MINUTES) minutes.shift();
      for (const [service, byRpc] of callsGrown(pair.before, pair.after, SERVED)) {
        // The gateway passes on calls of others, who count them themselves.
        const own = [...byRpc].filter(([rpc]) => rpc.startsWith(`tradewind.${service}.`));
        for (const [rpc, calls] of own)
          current.calls.set(
            rpc,
            allCalls([...(current.calls.get(rpc) ? [current.calls.get(rpc) as Calls] : []), calls]),
          );
      }
    },

    windowSeconds: () => Math.min(Date.now() - begin, MINUTES * MINUTE_MS) / 1000,

    list(service: string, includeUnused: boolean): MessageInitShape<typeof ServiceLevelSchema>[] {
      return rpcs
        .filter((each) => service === '' || each.service === service)
        .map(({ service: owner, rpc, promised }) => {
          const { tally, errors } = allCalls(minutes.flatMap(({ calls }) => calls.get(rpc) ?? []));
          const measured = { calls: total(tally), errors, p95Ms: quantileMs(tally, 0.95) };
          return {
            service: owner,
            rpc,
            targetAvailabilityPercent: promised.availabilityPercent,
            targetP95Ms: promised.p95Ms,
            calls: BigInt(measured.calls),
            errors: BigInt(errors),
            p95Ms: measured.p95Ms,
            ...kept(measured, promised),
          };
        })
        .filter(({ calls }) => includeUnused || calls > 0n);
    },
  };
}
