/** What services need outside of the mesh, and who needs it: databases and the broker, the mail server, the payment provider. */
import type { MeshService } from './mesh.ts';
import { hostOf } from './names.ts';
import type { Environment, Topology } from './topology.ts';

/** A server that is not Tradewind's own, as one environment has it. */
export interface Outside {
  readonly name: 'nats' | 'postgres' | 'mail';
  readonly host: string;
  readonly port: number;
  /** Where it is, by address; undefined when it runs in the mesh's own namespace. */
  readonly cidrs: readonly string[] | undefined;
}

export const NATS_PORT = 4222;
export const POSTGRES_PORT = 5432;

/** The servers that a service talks to by TCP. Every service tells over the broker how it does, whether or not it has events. */
export function outsidesOf(node: MeshService, topology: Topology, environment: Environment): Outside[] {
  const { nats, postgres, mail } = outsides(topology, environment);
  return [nats, ...(node.database ? [postgres] : []), ...(node.name === MAILER ? [mail] : [])];
}

export function outsides(topology: Topology, { data, mail }: Environment): Record<Outside['name'], Outside> {
  const inside = (name: Outside['name'], port: number) => ({
    name,
    host: hostOf(name, topology),
    port,
    cidrs: undefined,
  });
  return {
    nats: data === 'inside' ? inside('nats', NATS_PORT) : { name: 'nats', ...data.nats },
    postgres: data === 'inside' ? inside('postgres', POSTGRES_PORT) : { name: 'postgres', ...data.postgres },
    mail: { name: 'mail', ...mail },
  };
}

/** The only service that sends mails. */
const MAILER = 'notifications';

/** The only service that talks to the payment provider. */
export const PAYER = 'payments';

export function egressHost({ platform, clusterDomain }: Topology): string {
  const { service, namespace } = platform.egress;
  return `${service}.${namespace}.svc.${clusterDomain}`;
}

/** What a service's proxy must know beside the call graph. */
export function outsideHosts(node: MeshService, topology: Topology, environment: Environment): string[] {
  const own = outsidesOf(node, topology, environment).map(({ host }) => `./${host}`);
  if (node.name !== PAYER) return own;
  const provider = environment.provider.hosts.map((host) => `./${host}`);
  return [...own, ...provider, `${topology.platform.egress.namespace}/${egressHost(topology)}`];
}
