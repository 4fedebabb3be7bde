import { ofKind } from '../policy/kinds.ts';
import type { Connection, Verdict } from '../policy/network.ts';
import { type Edge, edgesOf } from './edges.ts';
import { partiesOf } from './parties.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const networkEdges: Rule = {
  name: 'network-edges',
  about:
    'NetworkPolicies let every edge of the call graph, every database, the broker, traces, names (UDP and TCP) and istiod through, on the way out and on the way in, and nothing else.',
  faults(subject) {
    const expected = new Map(edgesOf(subject).map((edge) => [keyOf(edge), edge.because]));
    const found = new Map<string, string[]>();
    for (const { edge, direction, verdict } of trials(subject)) {
      const because =
        expected.get(keyOf(edge)) ??
        (direction === 'in' ? expected.get(keyOf({ ...edge, from: 'anyone' })) : undefined);
      if (verdict.allowed === (because !== undefined)) continue;
      const said = verdict.allowed ? 'may pass, and nothing asks for it' : `cannot pass, and it is needed: ${because}`;
      const group = JSON.stringify([verdict.by, direction, said]);
      found.set(group, [...(found.get(group) ?? []), shown(edge)]);
    }
    return [...found].map(([group, edges]) => faultOf(JSON.parse(group), [...new Set(edges)]));
  },
};

function faultOf([manifest, direction, said]: [string, 'in' | 'out', string], edges: readonly string[]): Fault {
  const more = edges.length > SHOWN ? ` and ${edges.length - SHOWN} more` : '';
  return {
    manifest,
    path: direction === 'in' ? 'spec.ingress' : 'spec.egress',
    message: `${edges.slice(0, SHOWN).join(', ')}${more} ${said}`,
  };
}

/** How many connections of one kind are told. */
const SHOWN = 3;

type Place = Omit<Edge, 'because'>;

const keyOf = ({ from, to, port, protocol }: Place) => `${from} → ${to} ${protocol} ${port}`;
const shown = keyOf;

/** Every connection between two parties, on every port that anything names and one that nothing does, asked on either side. */
function trials(subject: Subject): { edge: Place; direction: 'in' | 'out'; verdict: Verdict }[] {
  const parties = partiesOf(subject);
  const ports = portsOf(subject);
  const { network, topology } = subject;
  const ours = ({ party }: (typeof parties)[number]) => 'namespace' in party && party.namespace === topology.namespace;
  return parties.flatMap((from) =>
    parties
      .filter((to) => ours(from) || ours(to))
      .flatMap((to) =>
        ports.flatMap(({ port, protocol }) => {
          const connection: Connection = { from: from.party, to: to.party, port, protocol };
          const edge = { from: from.name, to: to.name, port, protocol };
          return [
            ...(ours(from) ? [{ edge, direction: 'out' as const, verdict: network.leaves(connection) }] : []),
            ...(ours(to) ? [{ edge, direction: 'in' as const, verdict: network.enters(connection) }] : []),
          ];
        }),
      ),
  );
}

function portsOf(subject: Subject): { port: number; protocol: 'TCP' | 'UDP' }[] {
  const named = ofKind(subject.manifests, 'NetworkPolicy').flatMap(({ spec }) =>
    [...(spec?.ingress ?? []), ...(spec?.egress ?? [])].flatMap(({ ports = [] }) =>
      ports.flatMap(({ port, endPort }) => [port, endPort].filter((each) => typeof each === 'number')),
    ),
  );
  const open = subject.workloads.flatMap(({ spec }) =>
    spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort)),
  );
  const asked = edgesOf(subject).map(({ port }) => port);
  const all = [...new Set([...named, ...open, ...asked, UNHEARD_OF])];
  return all.flatMap((port) => [
    { port, protocol: 'TCP' as const },
    { port, protocol: 'UDP' as const },
  ]);
}

/** Nothing listens there. */
const UNHEARD_OF = 31_337;
