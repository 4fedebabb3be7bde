import type { IRequestAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/RequestAuthentication';
import { hostOf, metadata } from './names.ts';
import { type Environment, issuerOf, type Topology } from './topology.ts';

/**
 * Turns forged and expired tokens away at the edge, before they cost a service anything. Whether an RPC wants a token at all the gateway decides, which
 * knows the contract and answers as it says; it gets the token as it came.
 */
export function requestAuthentication(topology: Topology, environment: Environment): IRequestAuthentication {
  const { jwt, platform, ports } = topology;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: metadata('tradewind-users', platform.ingress.namespace),
    spec: {
      selector: { matchLabels: platform.ingress.labels },
      jwtRules: [
        {
          issuer: issuerOf(environment),
          audiences: [jwt.audience],
          // Read by the ingress itself over mutual TLS, as istiod, which has no certificate, could not (PILOT_JWT_ENABLE_REMOTE_JWKS).
          jwksUri: `http://${hostOf('identity', topology)}:${ports.http}${jwt.jwksPath}`,
          forwardOriginalToken: true,
        },
      ],
    },
  };
}
