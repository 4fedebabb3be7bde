import type { IDestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1/DestinationRule';
import type { IGateway } from '@kubernetes-models/istio/networking.istio.io/v1/Gateway';
import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService';
import { metadata } from './names.ts';
import { HTTPS } from './service-entry.ts';
import { egressHost } from './surroundings.ts';
import type { Environment, Topology } from './topology.ts';

const EGRESS_GATEWAY = 'tradewind-egress';

/** The one way out, for the payment provider's hosts only. TLS passes through it: what payments says to the provider nobody else can read. */
export function egressGateway({ platform }: Topology, { provider }: Environment): IGateway {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: metadata(EGRESS_GATEWAY, platform.egress.namespace),
    spec: {
      selector: platform.egress.labels,
      servers: [
        {
          port: { number: HTTPS, name: 'tls-provider', protocol: 'TLS' },
          hosts: [...provider.hosts],
          tls: { mode: 'PASSTHROUGH' },
        },
      ],
    },
  };
}

/** Leads calls to the provider through the egress gateway, and from there on to the provider. */
export function providerRoute(topology: Topology, { provider }: Environment): IVirtualService {
  const gateway = `${topology.platform.egress.namespace}/${EGRESS_GATEWAY}`;
  const leg = (from: string, host: string, to: string) => ({
    match: [{ gateways: [from], port: HTTPS, sniHosts: [host] }],
    route: [{ destination: { host: to, port: { number: HTTPS } } }],
  });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: metadata('payment-provider', topology.namespace),
    spec: {
      hosts: [...provider.hosts],
      gateways: ['mesh', gateway],
      tls: provider.hosts.flatMap((host) => [leg('mesh', host, egressHost(topology)), leg(gateway, host, host)]),
    },
  };
}

/** How connections to one of the provider's hosts are made, and when one of its addresses is left alone. */
export function providerRule(host: string, { namespace, platform, connections }: Topology): IDestinationRule {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: metadata(`payment-provider-${host.replaceAll('.', '-')}`, namespace),
    spec: {
      host,
      exportTo: ['.', platform.egress.namespace],
      trafficPolicy: {
        loadBalancer: { simple: 'LEAST_REQUEST' },
        connectionPool: { tcp: { connectTimeout: connections.connectTimeout, maxConnections: 100 } },
        outlierDetection: {
          consecutiveLocalOriginFailures: 5,
          splitExternalLocalOriginErrors: true,
          interval: '10s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 50,
        },
      },
    },
  };
}
