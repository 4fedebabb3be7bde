/** What callers outside the mesh may use, read from the contracts: generated clients hold this and no more. */
import { type DescMethod, type DescService, getOption } from '@bufbuild/protobuf';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { Access, rpc } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { contracts } from '../../services/gateway/upstreams.ts';

const served: readonly DescService[] = [...Object.values(contracts).flat(), GatewayService];

/** Whether whoever is outside may call an RPC: it is the gateway's own, or the gateway may call it and it is not for services only. */
function isOffered(method: DescMethod): boolean {
  const { access, allowedCallers } = getOption(method, rpc);
  return allowedCallers.includes('external') || (allowedCallers.includes('gateway') && access !== Access.SERVICE);
}

/** The services that have something to offer. */
export const offered: readonly DescService[] = served.filter(({ methods }) => methods.some(isOffered));

/** The folders of proto/ that make up a client: one per noun and version, as in `tradewind/orders/v1`. */
export const folders: readonly string[] = [
  ...new Set(offered.map(({ file }) => file.name.slice(0, file.name.lastIndexOf('/')))),
].sort();

/** What those folders hold that is not offered: RPCs, and messages that only these carry. */
export const withheld: readonly string[] = offered.flatMap(({ typeName, methods }) => {
  const kept = new Set(methods.filter(isOffered).flatMap(({ input, output }) => [input.typeName, output.typeName]));
  return methods
    .filter((method) => !isOffered(method))
    .flatMap(({ name, input, output }) => [
      `${typeName}.${name}`,
      ...[input, output].map((message) => message.typeName).filter((message) => !kept.has(message)),
    ]);
});
