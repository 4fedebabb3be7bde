import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { deployment } from '../deployment.ts';
import { destinationRule } from '../destination-rule.ts';
import { documents, type FileTree, kustomization } from '../file-tree.ts';
import type { Destination } from '../http-route.ts';
import type { MeshService } from '../mesh.ts';
import { hostOf, rpcPortOf, STABLE } from '../names.ts';
import type { Topology } from '../topology.ts';

/** The pods of the next version beside those of the present one. */
export const NEXT = 'next';

const PODS = 2;

/** A second version of a service that nothing leads to yet: its pods, and a subset that names them. Scenarios build on it. */
export function secondVersion(node: MeshService, topology: Topology): FileTree {
  const rule = destinationRule(node, topology, [STABLE, NEXT]);
  return new Map([
    ['scenarios/second-version/deployment.yaml', documents(nextDeployment(node, topology))],
    [
      'scenarios/second-version/kustomization.yaml',
      kustomization(
        {
          resources: ['./deployment.yaml'],
          patches: [
            {
              target: { kind: 'DestinationRule', name: node.name },
              operations: [{ op: 'replace', path: '/spec/subsets', value: rule.spec?.subsets }],
            },
          ],
        },
        'Component',
      ),
    ],
  ]);
}

/** Nothing scales it: it is there to be compared. */
function nextDeployment(node: MeshService, topology: Topology): IDeployment {
  const { images, scenarios } = topology;
  const next = deployment(node, topology, NEXT);
  const { spec } = next;
  if (spec?.template.spec === undefined) throw new Error(`${node.name} has no pods`);
  const containers = spec.template.spec.containers.map((container) => ({
    ...container,
    image: `${images.registry}/${node.name}:${scenarios.next}`,
  }));
  const labels = { ...spec.template.metadata?.labels, 'app.kubernetes.io/version': scenarios.next };
  const template = {
    metadata: { ...spec.template.metadata, labels },
    spec: { ...spec.template.spec, containers },
  };
  return { ...next, spec: { ...spec, replicas: PODS, template } };
}

/** The present version and the next, with the share of calls that the next one gets. */
export function shared(node: MeshService, topology: Topology, nextPercent: number): Destination[] {
  return [
    { ...to(node, topology, STABLE), weight: 100 - nextPercent },
    { ...to(node, topology, NEXT), weight: nextPercent },
  ];
}

export function to(node: MeshService, topology: Topology, subset: string): Destination {
  const port = { number: rpcPortOf(node, topology) };
  return { destination: { host: hostOf(node.name, topology), subset, port } };
}
