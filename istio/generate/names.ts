/** How things are called in the cluster: said once, so that what refers to a thing finds it. */
import type { MeshService } from './mesh.ts';
import type { Topology } from './topology.ts';

/** The pods of a service. */
export function appLabels(service: string): { app: string } {
  return { app: service };
}

/** Marks everything that is Tradewind's. */
export const PART_OF = { 'app.kubernetes.io/part-of': 'tradewind' };

/** Pods of the version that has the traffic, told by this label from those of a version that is tried out. */
export const TRACK = 'track';
export const STABLE = 'stable';

export function metadata(name: string, namespace: string, service?: string) {
  return { name, namespace, labels: { ...(service && appLabels(service)), ...PART_OF } };
}

/** `orders.tradewind.svc.cluster.local`. */
export function hostOf(service: string, { namespace, clusterDomain }: Topology): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}

/** Who a pod is to others, proven by its certificate. */
export function principalOf(serviceAccount: string, namespace: string, { trustDomain }: Topology): string {
  return `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

/** The ports of a service's pods. The gateway's one port speaks every protocol over cleartext HTTP/2. */
export function portsOf({ edge }: Pick<MeshService, 'edge'>, { ports }: Topology): ServicePort[] {
  if (edge) return [{ name: 'http2-edge', port: ports.http, appProtocol: 'kubernetes.io/h2c' }];
  return [
    { name: 'grpc-api', port: ports.grpc, appProtocol: 'grpc' },
    { name: 'http-web', port: ports.http, appProtocol: 'http' },
  ];
}

interface ServicePort {
  name: string;
  port: number;
  appProtocol: string;
}

/** The port that RPCs arrive at. */
export function rpcPortOf({ edge }: Pick<MeshService, 'edge'>, { ports }: Topology): number {
  return edge ? ports.http : ports.grpc;
}

/** How an image is called in base; overlays say which version of it runs. */
export function imageOf(service: string): string {
  return `tradewind/${service}`;
}

/** Proxies tell milliseconds as seconds. */
export function duration(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}

export const configName = (service: string) => `${service}-config`;
export const secretName = (service: string) => `${service}-secrets`;
