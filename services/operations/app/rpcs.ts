/** Every RPC of the mesh: whose it is, whether it streams, and what its contract promises. */
import { type DescMethod, getOption } from '@bufbuild/protobuf';
import { services } from '#chassis/local/topology.ts';
import { rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { type Promised, USUAL } from '../domain/promise.ts';

export const rpcs = services.flatMap(({ name, contracts }) =>
  contracts.flatMap(({ typeName, methods }) =>
    methods.map((method) => ({ service: name, rpc: `${typeName}/${method.name}`, promised: promiseOf(method) })),
  ),
);

const streams = new Set(
  services.flatMap(({ contracts }) =>
    contracts.flatMap(({ typeName, methods }) =>
      methods.filter(isStreaming).map((method) => `${typeName}/${method.name}`),
    ),
  ),
);

/** A stream lasts as long as somebody listens, which says nothing of how fast its service answers. */
export const isStream = (rpc: string): boolean => streams.has(rpc);

function isStreaming({ methodKind }: DescMethod): boolean {
  return methodKind !== 'unary';
}

function promiseOf(method: DescMethod): Promised {
  const { slo } = getOption(method, rpcPolicy);
  return {
    availabilityPercent: slo?.availabilityPercent || USUAL.availabilityPercent,
    p95Ms: isStreaming(method) ? 0 : slo?.p95Ms || USUAL.p95Ms,
  };
}
