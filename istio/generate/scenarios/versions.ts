/** Scenarios in which a second version of a service takes part of its calls, or all of them. */
import type { FileTree } from '../file-tree.ts';
import { httpRoute } from '../http-route.ts';
import type { MeshRpc, MeshService } from '../mesh.ts';
import { rpcPortOf } from '../names.ts';
import type { Topology } from '../topology.ts';
import { routed } from './routed.ts';
import { NEXT, secondVersion, shared, to } from './second-version.ts';

/** The shares that the next version gets, one after the other. */
export const CANARY_PERCENT = [5, 10, 25, 50, 100] as const;

const MIRRORED_PERCENT = 10;

/** Calls whose correlation id begins so are led to the next version. It is the one header of a caller that every service passes on. */
const PREVIEW = 'preview-';

export function versions(node: MeshService, topology: Topology): FileTree {
  const { environment } = topology.scenarios;
  const port = rpcPortOf(node, topology);
  const every = (http: (rpc: MeshRpc) => object[]) => node.rpcs.flatMap(http);
  const scenario = (folder: string, http: readonly object[]) => [
    ...routed({ folder, environment, node, http, secondVersion: true }),
  ];
  const split = (percent: number) => every((rpc) => [httpRoute(rpc, port, shared(node, topology, percent))]);
  return new Map([
    ...secondVersion(node, topology),
    ...CANARY_PERCENT.flatMap((percent) =>
      scenario(`canary-by-hand/${String(percent).padStart(3, '0')}`, split(percent)),
    ),
    ...scenario('blue-green/prepare', [...every((rpc) => [previewed(rpc, node, topology)]), ...split(0)]),
    ...scenario('blue-green/switch', split(100)),
    ...scenario('header', [...every((rpc) => [previewed(rpc, node, topology)]), ...split(0)]),
    ...scenario(
      'mirror',
      every((rpc) => [mirrored(rpc, node, topology)]),
    ),
  ]);
}

/** The route of those who ask for the next version. */
function previewed(rpc: MeshRpc, node: MeshService, topology: Topology) {
  const route = httpRoute(rpc, rpcPortOf(node, topology), [to(node, topology, NEXT)]);
  const headers = { 'x-correlation-id': { prefix: PREVIEW } };
  return {
    ...route,
    name: `preview/${rpc.name}`,
    match: route.match.map((each) => ({ ...each, headers })),
  };
}

/** Part of the calls go to both versions, and the next one's answers are thrown away. Only calls that change nothing: both versions have one database. */
function mirrored(rpc: MeshRpc, node: MeshService, topology: Topology) {
  const route = httpRoute(rpc, rpcPortOf(node, topology), shared(node, topology, 0));
  if (!rpc.readOnly || !rpc.unary) return route;
  const { destination } = to(node, topology, NEXT);
  return { ...route, mirror: destination, mirrorPercentage: { value: MIRRORED_PERCENT } };
}
