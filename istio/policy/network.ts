/** Whether NetworkPolicies let a connection pass: both the policies about who opens it and those about who is asked must. */
import { BlockList, isIPv6 } from 'node:net';
import type { Kinds } from './kinds.ts';
import { nameOf } from './kinds.ts';
import type { Labels, Pod } from './pods.ts';

/** A pod, or an address outside of the cluster. */
export type Party = Pod | { readonly address: string };

export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** An answer, the object that gives it, and what that object says. */
export interface Verdict {
  readonly allowed: boolean;
  readonly by: string;
  readonly why: string;
}

const WAYS = { Ingress: 'in', Egress: 'out' } as const;

type NetworkPolicy = Kinds['NetworkPolicy'];
type Spec = NonNullable<NetworkPolicy['spec']>;
type Rule = NonNullable<Spec['ingress']>[number] | NonNullable<Spec['egress']>[number];
type Peer = NonNullable<NonNullable<Spec['ingress']>[number]['from']>[number];
type Port = NonNullable<Rule['ports']>[number];
type Selector = NonNullable<Peer['podSelector']>;

/** NetworkPolicies as one judge. Labels of namespaces are those given, and the name that Kubernetes adds to each. */
export function networkJudge(
  policies: readonly NetworkPolicy[],
  namespaces: readonly Kinds['Namespace'][],
): { leaves(connection: Connection): Verdict; enters(connection: Connection): Verdict } {
  const labels = new Map(namespaces.map(({ metadata }) => [metadata?.name, metadata?.labels]));
  const labelsOf = (namespace: string): Labels => ({
    ...labels.get(namespace),
    'kubernetes.io/metadata.name': namespace,
  });

  const isPeer = (peer: Peer, party: Party, policy: NetworkPolicy): boolean => {
    if (peer.ipBlock !== undefined) return 'address' in party && inBlock(party.address, peer.ipBlock);
    if ('address' in party) return false;
    const place = peer.namespaceSelector
      ? selects(peer.namespaceSelector, labelsOf(party.namespace))
      : party.namespace === policy.metadata?.namespace;
    return place && selects(peer.podSelector ?? {}, party.labels);
  };

  const judge = (direction: 'Ingress' | 'Egress', connection: Connection): Verdict => {
    const [about, other] =
      direction === 'Ingress' ? [connection.to, connection.from] : [connection.from, connection.to];
    if ('address' in about) return { allowed: true, by: 'no NetworkPolicy', why: 'none is about an address' };
    const applying = policies.filter((policy) => isAbout(policy, about, direction));
    if (applying.length === 0)
      return { allowed: true, by: 'no NetworkPolicy', why: `every way ${WAYS[direction]} is open` };
    const allowing = applying.find((policy) =>
      rulesOf(policy, direction).some(
        ({ peers, ports }) =>
          (peers.length === 0 || peers.some((peer) => isPeer(peer, other, policy))) &&
          (ports.length === 0 || ports.some((port) => isPort(port, connection))),
      ),
    );
    if (allowing) return { allowed: true, by: nameOf(allowing), why: `a rule opens the way ${WAYS[direction]}` };
    return { allowed: false, by: applying.map(nameOf).join(', '), why: `no rule opens the way ${WAYS[direction]}` };
  };

  return {
    leaves: (connection) => judge('Egress', connection),
    enters: (connection) => judge('Ingress', connection),
  };
}

/** Without policyTypes a policy is about what enters, and about what leaves when it says something of it. */
function isAbout({ metadata, spec }: NetworkPolicy, pod: Pod, direction: 'Ingress' | 'Egress'): boolean {
  const types = spec?.policyTypes ?? ['Ingress', ...(spec?.egress ? ['Egress'] : [])];
  const here = (metadata?.namespace ?? 'default') === pod.namespace;
  return here && types.includes(direction) && selects(spec?.podSelector ?? {}, pod.labels);
}

function rulesOf({ spec }: NetworkPolicy, direction: 'Ingress' | 'Egress'): { peers: Peer[]; ports: Port[] }[] {
  if (direction === 'Ingress')
    return (spec?.ingress ?? []).map(({ from = [], ports = [] }) => ({ peers: from, ports }));
  return (spec?.egress ?? []).map(({ to = [], ports = [] }) => ({ peers: to, ports }));
}

/** Names of ports are those of the pod that is asked. */
function isPort({ port, endPort, protocol = 'TCP' }: Port, { to, port: asked, protocol: spoken }: Connection): boolean {
  if (protocol !== spoken) return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return 'namespace' in to && to.namedPorts?.get(port) === asked;
  return asked >= port && asked <= (endPort ?? port);
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  const byLabel = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return byLabel && matchExpressions.every((expression) => holds(expression, labels));
}

function holds(
  { key, operator, values = [] }: NonNullable<Selector['matchExpressions']>[number],
  labels: Labels,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`A selector cannot be judged: it has the operator ${operator}`);
  }
}

function inBlock(address: string, { cidr, except = [] }: { cidr: string; except?: string[] }): boolean {
  return inNetwork(address, cidr) && !except.some((network) => inNetwork(address, network));
}

function inNetwork(address: string, network: string): boolean {
  const [start = '', bits] = network.split('/');
  const list = new BlockList();
  list.addSubnet(start, Number(bits), isIPv6(start) ? 'ipv6' : 'ipv4');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
