import { type DescMethod, type DescService, getOption, hasOption } from '@bufbuild/protobuf';
import { Access, rpc as rpcOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { Rpc } from './call.ts';

/** An RPC with its policy. Throws when the contract declares no access for it: such a service must not start. */
export function rpcOf(method: DescMethod): Rpc {
  const name = `${method.parent.typeName}/${method.name}`;
  const policy = hasOption(method, rpcOption) ? getOption(method, rpcOption) : undefined;
  if (!policy || policy.access === Access.UNSPECIFIED) {
    throw new Error(`${name} declares no access: set (tradewind.mesh.v1.rpc).access in its contract`);
  }
  return { name, method, policy };
}

/** Every RPC of a contract. */
export function rpcsOf(service: DescService): Rpc[] {
  return service.methods.map(rpcOf);
}
