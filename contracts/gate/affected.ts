/** Says who has to do with a part of the contracts: callers, consumers, read models and pacts, of the old version and of the new. */
import { consumptions } from './consumers.ts';
import type { Documentation } from './documentation.ts';
import type { Element, Elements } from './elements.ts';
import type { Contracts } from './image.ts';
import type { Affected } from './judged.ts';
import { pactUses } from './pacts.ts';
import { callersOf, type Reach, type ReachOf, reachOfReason } from './reach.ts';

export interface Version {
  contracts: Contracts;
  elements: Elements;
  reach: ReachOf;
  docs: Documentation;
}

export function affectedBy(before: Version, after: Version): (element: Element) => Affected {
  const pacts = pactUses();
  return (element) => {
    const told = { docs: after.docs, names: reasonNames(element, before, after) };
    const reaches = [before, after].map((version) => reachOfElement(version, told, element));
    const rpcs = new Map(reaches.flatMap((reach) => [...reach.rpcs]));
    const events = new Set(reaches.flatMap((reach) => [...reach.events]));
    const consumed = consumptions.filter(({ event }) => events.has(event));
    const callers = reaches.flatMap((reach) => [...reach.rpcs.values()].flatMap((each) => each.callers));
    const sides = [...rpcs].map(([name, { side }]) => (element.kind === 'RPC' ? '' : `${side} of ${name}`));
    return {
      callers: unique(callers),
      consumers: unique(consumed.filter((each) => !each.readModel).map(({ service, file }) => `${service} (${file})`)),
      readModels: unique(consumed.flatMap(({ readModel }) => readModel ?? [])),
      pacts: unique(pacts.filter(({ subject }) => rpcs.has(subject) || events.has(subject)).map(({ label }) => label)),
      through: unique([...sides, ...[...events].map((name) => (name === element.name ? '' : `event ${name}`))]),
    };
  };
}

/** Comments, and the names that a reason has in them. */
interface Told {
  docs: Documentation;
  names: string[];
}

/** Before and after a change of name, without prefix. */
function reasonNames({ key }: Element, ...versions: Version[]): string[] {
  return versions.flatMap(({ elements }) => {
    const desc = elements.get(key)?.desc;
    return desc?.kind === 'enum_value' ? [desc.name.slice(desc.parent.sharedPrefix?.length ?? 0)] : [];
  });
}

/** Within one version: nothing where the element is not in it. */
function reachOfElement(version: Version, { docs, names }: Told, { kind, key, package: pkg }: Element): Reach {
  const { contracts, elements, reach } = version;
  const all = [...elements.values()];
  // A file moves with its package, and has no more to do with others than that.
  if (kind === 'package' || kind === 'file') return joined(all.filter((each) => each.package === pkg).map(reached));
  const here = elements.get(key);
  return here ? reached(here) : joined([]);

  function reached(element: Element): Reach {
    const { desc, name, parent } = element;
    if (desc.kind === 'service') return joined(all.filter((each) => each.parent === name).map(reached));
    if (desc.kind === 'rpc') {
      return { rpcs: new Map([[name, { callers: callersOf(contracts, desc), side: 'request' }]]), events: new Set() };
    }
    if (desc.kind !== 'enum_value' || !isReason(element)) return reach(parent ?? element.key);
    return reachOfReason(contracts, pkg, names, docs);
  }
}

/** Callers decide by the names of reasons. */
export function isReason({ kind, parent }: Element): boolean {
  return kind === 'enum value' && /ErrorReason$/.test(parent ?? '');
}

function joined(reaches: Reach[]): Reach {
  return {
    rpcs: new Map(reaches.flatMap(({ rpcs }) => [...rpcs])),
    events: new Set(reaches.flatMap(({ events }) => [...events])),
  };
}

function unique(names: string[]): string[] {
  return [...new Set(names)].filter((name) => name !== '').sort();
}
