import { getOption, hasOption } from '@bufbuild/protobuf';
import type { Rpc } from '#chassis/rpc/call.ts';
import type { Handler } from '#chassis/rpc/handlers.ts';
import { lifecycle as lifecycleOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { bindingsOf } from './binding.ts';

/** Where the newer version of what was asked for is, by the values that its path gave. */
export type SuccessorLink = (variables: ReadonlyMap<string, string>) => string | undefined;

/** The `Link` (RFC 8288) to what takes the place of an RPC that is on its way out, as a path that is called like the one that was: whoever speaks REST can follow no other. */
export function successorLinks(handlers: readonly Handler[]): (rpc: Rpc) => SuccessorLink | undefined {
  const known = new Map(handlers.map(({ rpc: { method } }) => [`${method.parent.typeName}/${method.name}`, method]));
  const links = new Map<Rpc, SuccessorLink>();
  for (const { rpc } of handlers) {
    const { parent, name } = rpc.method;
    if (!hasOption(parent, lifecycleOption)) continue;
    const method = known.get(`${getOption(parent, lifecycleOption).successor}/${name}`);
    const [binding] = method ? bindingsOf(method) : [];
    if (binding) links.set(rpc, linkTo(binding.path));
  }
  return (rpc) => links.get(rpc);
}

function linkTo(template: string): SuccessorLink {
  return (variables) => {
    const path = template.replace(VARIABLE, (whole, name: string) => {
      const value = variables.get(name);
      return value === undefined ? whole : encodeURIComponent(value);
    });
    return path.includes('{') ? undefined : `<${path}>; rel="successor-version"`;
  };
}

const VARIABLE = /\{([\w.]+)(?:=[^}]*)?\}/g;
