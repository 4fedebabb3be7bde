/** Who is in a cluster and which address leads to whom, as its manifests say. */
import type { Manifest } from '../generate/manifest.ts';
import { type Kinds, nameOf, ofKind } from './kinds.ts';
import { networkJudge, type Verdict } from './network.ts';
import { hasLabels, type Labels, type Pod, type Workload, workloadsOf } from './pods.ts';

/** Somebody who may open connections. */
export interface Caller extends Pod {
  readonly name: string;
  readonly principal: string;
  /** A gateway's proxy knows every service and is led by routes that are bound to it. */
  readonly gateway: boolean;
}

/** A door of a service: the port that callers name, and what is behind it. */
export interface Door {
  readonly host: string;
  readonly port: number;
  readonly pods: readonly { readonly workload: Workload; readonly port: number }[];
}

export interface Cluster {
  readonly manifests: readonly Manifest[];
  readonly workloads: readonly Workload[];
  readonly network: ReturnType<typeof networkJudge>;
  readonly authorizations: readonly Kinds['AuthorizationPolicy'][];
}

export function clusterOf(manifests: readonly Manifest[]): Cluster {
  return {
    manifests,
    workloads: workloadsOf(manifests),
    network: networkJudge(ofKind(manifests, 'NetworkPolicy'), ofKind(manifests, 'Namespace')),
    authorizations: ofKind(manifests, 'AuthorizationPolicy'),
  };
}

/** The doors of a service that carry RPCs: those that say gRPC or cleartext HTTP/2. */
export function rpcDoors({ manifests, workloads }: Cluster, service: string, clusterDomain: string): Door[] {
  return ofKind(manifests, 'Service')
    .filter(({ metadata }) => metadata?.name === service)
    .flatMap(({ metadata, spec }) => {
      const namespace = metadata?.namespace ?? 'default';
      const behind = workloads.filter((each) => each.namespace === namespace && hasLabels(each, spec?.selector));
      return (spec?.ports ?? [])
        .filter(({ appProtocol = '' }) => ['grpc', 'kubernetes.io/h2c'].includes(appProtocol))
        .map(({ port, targetPort = port }) => ({
          host: `${service}.${namespace}.svc.${clusterDomain}`,
          port,
          pods: behind.map((workload) => ({ workload, port: portOf(workload, targetPort) })),
        }));
    });
}

function portOf({ namedPorts, manifest }: Workload, port: number | string): number {
  const number = typeof port === 'number' ? port : namedPorts?.get(port);
  if (number === undefined) throw new Error(`${nameOf(manifest)} has no port ${port}`);
  return number;
}

/** Whether a pod's proxy knows a host: what its own Sidecar says, else that of its namespace. */
export function knowsHost({ manifests }: Cluster, caller: Caller, host: string): Verdict {
  if (caller.gateway) return { allowed: true, by: 'no Sidecar', why: 'none is about a gateway' };
  const here = ofKind(manifests, 'Sidecar').filter(({ metadata }) => metadata?.namespace === caller.namespace);
  const own = here.find(({ spec }) => spec?.workloadSelector && hasLabels(caller, labelsOf(spec.workloadSelector)));
  const sidecar = own ?? here.find(({ spec }) => spec?.workloadSelector === undefined);
  if (sidecar === undefined) return { allowed: true, by: 'no Sidecar', why: 'none is about the caller' };
  const patterns = (sidecar.spec?.egress ?? []).flatMap(({ hosts }) => hosts);
  const known = patterns.some((pattern) => isHost(host, pattern, caller.namespace));
  return { allowed: known, by: nameOf(sidecar), why: known ? `it names ${host}` : `it does not name ${host}` };
}

const labelsOf = ({ labels }: { labels?: Labels }): Labels => labels ?? {};

/** `namespace/host`, where the namespace may be `.` for the caller's, `*` for all and `~` for none, and the host may begin with `*`. */
function isHost(host: string, pattern: string, callerNamespace: string): boolean {
  const [place = '', name = ''] = pattern.split('/');
  const namespace = host.split('.')[1];
  const isPlace = place === '*' || (place === '.' ? callerNamespace : place) === namespace;
  return isPlace && (name.startsWith('*') ? host.endsWith(name.slice(1)) : name === host);
}
