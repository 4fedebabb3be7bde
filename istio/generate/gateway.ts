import type { IGateway } from '@kubernetes-models/istio/networking.istio.io/v1/Gateway';
import { metadata } from './names.ts';
import type { Environment, Topology } from './topology.ts';

const EDGE_GATEWAY = 'tradewind-edge';

/** How a VirtualService of another namespace names the way in. */
export function edgeGatewayName({ platform }: Topology): string {
  return `${platform.ingress.namespace}/${EDGE_GATEWAY}`;
}

/** The way in: TLS on 443, and on 80 nothing but the advice to use it. */
export function edgeGateway({ platform }: Topology, { host, certificate }: Environment): IGateway {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: metadata(EDGE_GATEWAY, platform.ingress.namespace),
    spec: {
      selector: platform.ingress.labels,
      servers: [
        {
          port: { number: 443, name: 'https-edge', protocol: 'HTTPS' },
          hosts: [host],
          tls: { mode: 'SIMPLE', credentialName: certificate, minProtocolVersion: 'TLSV1_2' },
        },
        { port: { number: 80, name: 'http-redirect', protocol: 'HTTP' }, hosts: [host], tls: { httpsRedirect: true } },
      ],
    },
  };
}
