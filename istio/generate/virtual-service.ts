import type { IVirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService';
import { edgeGatewayName } from './gateway.ts';
import { carriage, type Destination, httpRoute } from './http-route.ts';
import type { MeshService } from './mesh.ts';
import { hostOf, metadata, rpcPortOf, STABLE } from './names.ts';
import { restMatch } from './rest-route.ts';
import type { Environment, Topology } from './topology.ts';

/** Where all calls of a service go as long as it has one version. */
export function stableRoute(node: MeshService, topology: Topology): Destination[] {
  const port = { number: rpcPortOf(node, topology) };
  return [{ destination: { host: hostOf(node.name, topology), subset: STABLE, port } }];
}

/** How calls inside the mesh reach a service: a route for each RPC, and none for anything else. */
export function virtualService(
  node: MeshService,
  topology: Topology,
  route: readonly Destination[] = stableRoute(node, topology),
): IVirtualService {
  const http = node.rpcs.map((rpc) => httpRoute(rpc, rpcPortOf(node, topology), route));
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: metadata(node.name, topology.namespace, node.name),
    spec: {
      hosts: [hostOf(node.name, topology)],
      http: node.name === 'identity' ? [...http, keysRoute(node, topology), signInRoute(node, topology)] : http,
    },
  };
}

function keysRoute(node: MeshService, topology: Topology) {
  const { ports, jwt } = topology;
  return {
    name: 'keys',
    match: [{ port: ports.http, uri: { exact: jwt.jwksPath } }],
    route: [{ destination: { host: hostOf(node.name, topology), subset: STABLE, port: { number: ports.http } } }],
    timeout: '2s',
    retries: { attempts: 0 },
  };
}

/** A sign-in hashes a password; the gateway itself waits for ten seconds. */
function signInRoute(node: MeshService, topology: Topology) {
  const { ports, signIn } = topology;
  return {
    name: 'sign-in',
    match: signIn.paths.map((path) => ({
      port: ports.http,
      uri: path.endsWith('*') ? { prefix: path.slice(0, -1) } : { exact: path },
    })),
    route: [{ destination: { host: hostOf(node.name, topology), subset: STABLE, port: { number: ports.http } } }],
    timeout: '10s',
    retries: { attempts: 0 },
  };
}

/** Reflection and health, which are streams that last as long as whoever asks likes. */
export const TOOLS = '/grpc.';

/** Longer than the gateway lets anything take that is no RPC: ten seconds for a body to come, and ten for identity to answer. */
const PAGES_TIMEOUT = '30s';

/** How calls from outside reach the gateway: as each RPC's contract says, in gRPC, Connect and plain HTTP alike, and everything else a little longer than the gateway itself lets it take. */
export function edgeVirtualService(
  gateway: MeshService,
  mesh: readonly MeshService[],
  topology: Topology,
  { host }: Environment,
): IVirtualService {
  const route = stableRoute(gateway, topology);
  const exposed = mesh.flatMap(({ rpcs }) => rpcs.filter((rpc) => rpc.exposed));
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: metadata('edge', topology.namespace, gateway.name),
    spec: {
      hosts: [host],
      gateways: [edgeGatewayName(topology)],
      http: [
        ...exposed.map((rpc) => ({
          name: rpc.name,
          match: [{ uri: { exact: rpc.path } }, ...rpc.rest.map(restMatch)],
          route,
          ...carriage(rpc),
        })),
        { name: 'tools', match: [{ uri: { prefix: TOOLS } }], route, timeout: '0s', retries: { attempts: 0 } },
        { name: 'pages', match: [{ uri: { prefix: '/' } }], route, timeout: PAGES_TIMEOUT, retries: { attempts: 0 } },
      ],
    },
  };
}
