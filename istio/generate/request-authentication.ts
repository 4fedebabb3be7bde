import type { IRequestAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/RequestAuthentication';
import type { MeshService } from './mesh.ts';
import { appLabels, hostOf, metadata } from './names.ts';
import { type Environment, issuerOf, type Topology } from './topology.ts';

/**
 * Whether a service's proxy checks the tokens of users that calls bring. A proxy refuses every token it does not believe, whatever the call is for, in words of
 * its own. So none stands before the gateway, which overlooks an expired token where anyone may call, knows credentials that are no tokens and refuses
 * as the contract says; nor before identity, where tokens of other kinds are handed in. What the gateway passes on was good, and must be.
 */
export function checksTokens({ name, edge }: Pick<MeshService, 'name' | 'edge'>): boolean {
  return !edge && name !== 'identity';
}

/** Keeps tokens that identity did not issue, or that have expired, from a service, whoever inside the mesh brings them. */
export function requestAuthentication(
  { name }: Pick<MeshService, 'name'>,
  topology: Topology,
  environment: Environment,
): IRequestAuthentication {
  const { jwt, namespace } = topology;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: metadata(name, namespace, name),
    spec: {
      selector: { matchLabels: appLabels(name) },
      jwtRules: [
        {
          issuer: issuerOf(environment),
          audiences: [jwt.audience],
          // Read by the proxy itself over mutual TLS, as istiod, which has no certificate, could not (PILOT_JWT_ENABLE_REMOTE_JWKS).
          jwksUri: keysUri(topology),
          forwardOriginalToken: true,
        },
      ],
    },
  };
}

/** Where identity publishes the keys of its tokens. */
export function keysUri(topology: Topology): string {
  return `http://${hostOf('identity', topology)}:${topology.ports.http}${topology.jwt.jwksPath}`;
}
