/** Everybody whose connections are tried out: those of the call graph, and some who should get nowhere. */
import { outsides } from '../generate/surroundings.ts';
import type { Party } from '../policy/network.ts';
import type { Subject } from './rule.ts';

interface Someone {
  readonly name: string;
  readonly party: Party;
}

export function partiesOf({ workloads, topology, environment }: Subject): Someone[] {
  const { platform, namespace } = topology;
  const servers = Object.values(outsides(topology, topology.environments[environment]));
  return [
    ...workloads.map((workload) => ({ name: workload.labels.app ?? '', party: workload })),
    ...(['ingress', 'egress', 'istiod', 'dns', 'otlp', 'prometheus'] as const).map((name) => ({
      name,
      party: platform[name],
    })),
    ...servers.flatMap(({ name, cidrs = [] }) => cidrs.map((cidr) => ({ name, party: { address: firstOf(cidr) } }))),
    ...strangers(namespace),
  ];
}

/** A pod of our namespace that is nobody’s. */
export const STRANGER = 'a stranger';

/** A pod beside ours, one elsewhere that has our labels, the internet, and the machine's own secrets. */
const strangers = (namespace: string): Someone[] => [
  { name: STRANGER, party: { namespace, labels: { app: 'stranger' } } },
  { name: 'orders of another namespace', party: { namespace: 'default', labels: { app: 'orders', track: 'stable' } } },
  { name: 'the internet', party: { address: '203.0.113.7' } },
  { name: 'metadata of the machine', party: { address: '169.254.169.254' } },
];

/** The first address of a network that can be a machine's. */
function firstOf(cidr: string): string {
  return cidr.replace(/\.\d+\/\d+$/, '.1');
}
