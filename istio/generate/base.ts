import { authorizationPolicy, denyAllCalls } from './authorization-policy.ts';
import { autoscaler } from './autoscaler.ts';
import { configMap } from './config-map.ts';
import { deployment } from './deployment.ts';
import { destinationRule } from './destination-rule.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { documents, type FileTree, fileNameOf, kustomization } from './file-tree.ts';
import type { MeshService } from './mesh.ts';
import { namespace } from './namespace.ts';
import { denyAllTraffic, networkPolicy, platformTraffic } from './network-policy.ts';
import { strictMutualTls } from './peer-authentication.ts';
import { service } from './service.ts';
import { serviceAccount } from './service-account.ts';
import { sidecar, silentSidecar } from './sidecar.ts';
import type { Topology } from './topology.ts';
import { virtualService } from './virtual-service.ts';

/** What is the same in every environment: a folder for each service, and what holds for all of them. */
export function base(mesh: readonly MeshService[], topology: Topology): FileTree {
  const files: FileTree = new Map([
    ['base/namespace.yaml', documents(namespace(topology))],
    ['base/mutual-tls.yaml', documents(strictMutualTls(topology.namespace))],
    ['base/deny-all.yaml', documents(denyAllCalls(topology), denyAllTraffic(topology), silentSidecar(topology))],
    ['base/platform.yaml', documents(platformTraffic(topology))],
  ]);
  for (const node of mesh) {
    for (const manifest of serviceManifests(node, mesh, topology)) {
      files.set(`base/${node.name}/${fileNameOf(manifest)}`, documents(manifest));
    }
  }
  const resources = [...files.keys()].map((path) => path.replace('base/', './')).sort();
  return files.set('base/kustomization.yaml', kustomization({ resources }));
}

function serviceManifests(node: MeshService, mesh: readonly MeshService[], topology: Topology) {
  return [
    serviceAccount(node.name, topology),
    configMap(node, topology),
    deployment(node, topology),
    service(node, topology),
    autoscaler(node.name, topology),
    disruptionBudget(node.name, topology),
    networkPolicy(node, mesh, topology),
    authorizationPolicy(node, mesh, topology),
    destinationRule(node, topology),
    sidecar(node, topology),
    // Nobody inside calls the gateway: its only routes are those of the edge.
    ...(node.edge ? [] : [virtualService(node, topology)]),
  ];
}
