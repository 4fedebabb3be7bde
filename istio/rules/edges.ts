/** Every connection that something asks for: a contract, an event, a database, or what all pods need. Nothing else may pass. */
import { rpcPortOf } from '../generate/names.ts';
import { secretsOf } from '../generate/secrets.ts';
import { NATS_PORT, outsides, PAYER, POSTGRES_PORT } from '../generate/surroundings.ts';
import { STRANGER } from './parties.ts';
import type { Subject } from './rule.ts';

/** Whoever takes part, by name: a service, `nats` and `postgres`, what stands around the mesh, or `anyone`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly because: string;
}

export function edgesOf({ mesh, topology, environment, workloads }: Subject): Edge[] {
  const { ports, platform } = topology;
  const { nats, postgres, mail } = outsides(topology, topology.environments[environment]);
  const tcp = (from: string, to: string, port: number, because: string): Edge => ({
    from,
    to,
    port,
    protocol: 'TCP',
    because,
  });
  const pods = [...new Set([...workloads.map(({ labels }) => labels.app ?? ''), STRANGER])];
  return [
    ...mesh.flatMap((node) =>
      node.callers.map((caller) => tcp(caller, node.name, rpcPortOf(node, topology), 'allowed_callers')),
    ),
    ...mesh
      .filter(({ name }) => name !== 'identity')
      .map(({ name }) => tcp(name, 'identity', ports.http, 'keys of tokens')),
    ...mesh.filter(({ edge }) => edge).map(({ name }) => tcp('ingress', name, ports.http, 'calls from outside')),
    ...mesh.map(({ name }) => tcp(name, 'nats', nats?.port ?? NATS_PORT, 'the broker')),
    ...mesh
      .filter(({ database }) => database)
      .map(({ name }) => tcp(name, 'postgres', postgres?.port ?? POSTGRES_PORT, 'its database')),
    ...mesh.filter(sendsMail).map(({ name }) => tcp(name, 'mail', mail.port, 'mails')),
    tcp(PAYER, 'egress', platform.egress.port, 'the payment provider'),
    ...mesh.map(({ name }) => tcp(name, 'otlp', platform.otlp.port, 'traces')),
    ...pods.flatMap((name) => [
      tcp(name, 'istiod', platform.istiod.port, 'certificates and configuration'),
      tcp(name, 'dns', platform.dns.port, 'names'),
      { ...tcp(name, 'dns', platform.dns.port, 'names'), protocol: 'UDP' as const },
      ...AGENT_PORTS.map((port) => tcp('anyone', name, port, 'probes and metrics')),
    ]),
  ];
}

/** Where the proxy's agent answers the kubelet and Prometheus. */
const AGENT_PORTS = [15_020, 15_021];

function sendsMail(node: Subject['mesh'][number]): boolean {
  return secretsOf(node).some(({ variable }) => variable === 'SMTP_URL');
}
