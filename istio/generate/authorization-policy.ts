import type { IAuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import { EXTERNAL, type MeshRpc, type MeshService } from './mesh.ts';
import { appLabels, metadata, principalOf, rpcPortOf } from './names.ts';
import type { Topology } from './topology.ts';

interface Rule {
  from: { source: { principals: string[] } }[];
  to: { operation: { methods: string[]; ports: string[]; paths: string[] } }[];
}

/** Nobody may call anything that no other policy allows: a policy without rules allows nothing. */
export function denyAllCalls({ namespace }: Topology): IAuthorizationPolicy {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: metadata('deny-all', namespace),
    spec: {},
  };
}

/** Who may call each RPC of a service, as its contract says. Probes and metrics pass through the proxy's agent and need no rule. */
export function authorizationPolicy(
  node: MeshService,
  mesh: readonly MeshService[],
  topology: Topology,
): IAuthorizationPolicy {
  const { namespace } = topology;
  const port = rpcPortOf(node, topology);
  const rules = node.rpcs.flatMap((rpc) => ruleOf(rpc, port, topology));
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: metadata(node.name, namespace, node.name),
    spec: {
      selector: { matchLabels: appLabels(node.name) },
      action: 'ALLOW',
      rules: [
        ...rules,
        ...(node.name === 'identity' ? [keyReaders(mesh, topology), signIn(mesh, topology)] : []),
        ...(node.edge ? [fromOutside(mesh, topology)] : []),
      ],
    },
  };
}

/** An RPC arrives as a POST in gRPC and Connect alike. */
function ruleOf({ callers, path }: MeshRpc, port: number, topology: Topology): Rule[] {
  const principals = callers
    .filter((caller) => caller !== EXTERNAL)
    .map((caller) => principalOf(caller, topology.namespace, topology));
  if (principals.length === 0) return [];
  return [rule(principals, ['POST'], port, [path])];
}

/** Every service reads the keys of users' tokens, and so does its proxy. */
function keyReaders(mesh: readonly MeshService[], topology: Topology): Rule {
  const { namespace, ports, jwt } = topology;
  const services = mesh.filter(({ name }) => name !== 'identity');
  const readers = services.map(({ name }) => principalOf(name, namespace, topology));
  return rule(readers, ['GET'], ports.http, [jwt.jwksPath]);
}

/** Users and clients reach the authorization server through the gateway, and nobody but through it. */
function signIn(mesh: readonly MeshService[], topology: Topology): Rule {
  const { namespace, ports, signIn } = topology;
  const edges = mesh.filter(({ edge }) => edge).map(({ name }) => principalOf(name, namespace, topology));
  return rule(edges, ['GET', 'POST'], ports.http, signIn.paths);
}

/** What outsiders may ask for through the ingress: exposed RPCs, in every protocol of browsers, and the pages that the topology names. */
function fromOutside(mesh: readonly MeshService[], topology: Topology): Rule {
  const exposed = mesh.flatMap(({ rpcs }) => rpcs.filter((rpc) => rpc.exposed).map(({ path }) => path));
  const methods = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
  return rule([ingressPrincipal(topology)], methods, topology.ports.http, [...topology.edge.paths, ...exposed]);
}

function ingressPrincipal(topology: Topology): string {
  const { ingress } = topology.platform;
  return principalOf(ingress.serviceAccount, ingress.namespace, topology);
}

function rule(principals: string[], methods: string[], port: number, paths: string[]): Rule {
  return { from: [{ source: { principals } }], to: [{ operation: { methods, ports: [String(port)], paths } }] };
}
