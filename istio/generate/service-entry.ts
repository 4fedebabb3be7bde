import type { IServiceEntry } from '@kubernetes-models/istio/networking.istio.io/v1/ServiceEntry';
import { metadata } from './names.ts';
import type { Outside } from './surroundings.ts';
import type { Environment, Topology } from './topology.ts';

/** Makes a server outside of the cluster known to the proxies, which let nothing else out. Its own protocol does the encryption. */
export function outsideServer({ name, host, port }: Outside, { namespace }: Topology): IServiceEntry {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: metadata(name, namespace),
    spec: {
      hosts: [host],
      exportTo: ['.'],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      ports: [{ number: port, name: `tcp-${name}`, protocol: 'TCP' }],
    },
  };
}

/** Makes the payment provider known, to payments and to the egress gateway. */
export function paymentProvider({ namespace, platform }: Topology, { provider }: Environment): IServiceEntry {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: metadata('payment-provider', namespace),
    spec: {
      hosts: [...provider.hosts],
      exportTo: ['.', platform.egress.namespace],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS',
      ports: [{ number: HTTPS, name: 'tls-provider', protocol: 'TLS' }],
    },
  };
}

/** The provider's port. */
export const HTTPS = 443;
