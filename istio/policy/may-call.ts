/** May A call RPC X on B? Every object between the two has a say; one that refuses decides. */
import { authorize } from './authorization.ts';
import { type Caller, type Cluster, type Door, knowsHost, rpcDoors } from './cluster.ts';
import type { Verdict } from './network.ts';
import { leadsTo } from './routes.ts';

/** Who has a say, in the order in which a call meets them. */
export const GATES = ['scope', 'route', 'way out', 'way in', 'authorization'] as const;

export interface Answer {
  readonly allowed: boolean;
  /** The object that decides: the first that refuses, else the one that authorizes the call. */
  readonly by: string;
  readonly why: string;
  readonly gates: readonly (Verdict & { readonly gate: (typeof GATES)[number] })[];
}

export interface Question {
  readonly caller: Caller;
  /** The service that is asked. */
  readonly callee: string;
  /** `/tradewind.payments.v1.PaymentsService/AuthorizePayment`. */
  readonly path: string;
  readonly clusterDomain: string;
}

export function mayCall(cluster: Cluster, { caller, callee, path, clusterDomain }: Question): Answer {
  const [door] = rpcDoors(cluster, callee, clusterDomain);
  if (door === undefined) throw new Error(`No Service ${callee} has a port for RPCs`);
  if (door.pods.length === 0) throw new Error(`No pods are behind the Service ${callee}`);
  const gates = GATES.map((gate) => ({ gate, ...verdict(gate, cluster, caller, door, path) }));
  const refusal = gates.find(({ allowed }) => !allowed);
  const decisive = refusal ?? gates.at(-1);
  return { allowed: refusal === undefined, by: decisive?.by ?? '', why: decisive?.why ?? '', gates };
}

function verdict(
  gate: (typeof GATES)[number],
  cluster: Cluster,
  caller: Caller,
  { host, port, pods }: Door,
  path: string,
): Verdict {
  if (gate === 'scope') return knowsHost(cluster, caller, host);
  if (gate === 'route') return leadsTo(cluster, caller, host, path, port);
  return unanimous(
    pods.map(({ workload, port: asked }) => {
      const connection = { from: caller, to: workload, port: asked, protocol: 'TCP' as const };
      if (gate === 'way out') return cluster.network.leaves(connection);
      if (gate === 'way in') return cluster.network.enters(connection);
      const http = { method: 'POST', path, host };
      return authorize(cluster.authorizations, workload, { principal: caller.principal, port: asked, http });
    }),
  );
}

/** A call may end at any pod behind an address, so all of them must let it in. */
function unanimous(verdicts: readonly Verdict[]): Verdict {
  const [first] = verdicts;
  if (first === undefined) throw new Error('nobody is asked');
  return verdicts.find(({ allowed }) => !allowed) ?? first;
}
