/** Finds the RPCs and events through which a message, an enum or an error reason reaches others. */
import type { DescEnum, DescMessage, DescMethod } from '@bufbuild/protobuf';
import type { Documentation } from './documentation.ts';
import { type Elements, elementsOf } from './elements.ts';
import type { Contracts } from './image.ts';
import { namesIn, optionsOf } from './options.ts';

export interface Reach {
  /** By the name of the RPC: who may call it, and on which side of it the type stands. */
  rpcs: Map<string, { callers: string[]; side: 'request' | 'response' | 'error' }>;
  events: Set<string>;
}

/** What reaches the type of that name. */
export type ReachOf = (typeName: string) => Reach;

export function callersOf(contracts: Contracts, method: DescMethod): string[] {
  return namesIn(optionsOf(contracts, { desc: method }), 'tradewind.mesh.v1.rpc.allowedCallers');
}

export function reachOf(contracts: Contracts, elements: Elements = elementsOf(contracts)): ReachOf {
  const reaches = new Map<string, Reach>();
  const at = (typeName: string) => {
    const reach: Reach = reaches.get(typeName) ?? { rpcs: new Map(), events: new Set() };
    reaches.set(typeName, reach);
    return reach;
  };
  for (const { kind, name, desc } of elements.values()) {
    if (desc.kind === 'rpc') {
      const callers = callersOf(contracts, desc);
      for (const type of within(desc.output)) at(type).rpcs.set(name, { callers, side: 'response' });
      for (const type of within(desc.input)) at(type).rpcs.set(name, { callers, side: 'request' });
    }
    if (kind === 'event' && desc.kind === 'message') for (const type of within(desc)) at(type).events.add(name);
  }
  return (typeName) => reaches.get(typeName) ?? { rpcs: new Map(), events: new Set() };
}

/** The names of a message and of all that its fields hold. */
function within(message: DescMessage): Set<string> {
  const seen = new Set<string>();
  const visit = (type: DescMessage | DescEnum) => {
    if (seen.has(type.typeName)) return;
    seen.add(type.typeName);
    if (type.kind !== 'message') return;
    for (const field of type.fields) {
      if (field.message) visit(field.message);
      if (field.enum) visit(field.enum);
    }
  };
  visit(message);
  return seen;
}

/** Reasons are sent by name, in no message: the RPCs that speak of one by any of its names, or all of its package where none does. */
export function reachOfReason(contracts: Contracts, pkg: string, names: string[], docs: Documentation): Reach {
  const rpcs = contracts.files
    .filter((file) => file.proto.package === pkg)
    .flatMap((file) => file.services.flatMap((service) => service.methods));
  const named = (method: DescMethod) => `${method.parent.typeName}/${method.name}`;
  const speaking = rpcs.filter((method) =>
    new RegExp(`\\b(?:${names.join('|')})\\b`).test(docs.get(named(method)) ?? ''),
  );
  const concerned = speaking.length > 0 ? speaking : rpcs;
  const entries = concerned.map((method) => {
    return [named(method), { callers: callersOf(contracts, method), side: 'error' as const }] as const;
  });
  return { rpcs: new Map(entries), events: new Set() };
}
