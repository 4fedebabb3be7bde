import type { IPeerAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication';
import { metadata } from './names.ts';

/** No pod of a namespace takes a connection without a certificate of the mesh. In istiod's own namespace it holds for every namespace. */
export function strictMutualTls(namespace: string): IPeerAuthentication {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: metadata('default', namespace),
    spec: { mtls: { mode: 'STRICT' } },
  };
}
