import { destinationRule } from '../destination-rule.ts';
import { documents, type FileTree, kustomization } from '../file-tree.ts';
import { httpRoute } from '../http-route.ts';
import type { MeshService } from '../mesh.ts';
import { appLabels, metadata, rpcPortOf, STABLE, TRACK } from '../names.ts';
import type { Topology } from '../topology.ts';
import { objectives } from './objectives.ts';
import { NEXT, shared } from './second-version.ts';
import { CANARY_PERCENT } from './versions.ts';

const ARGO = 'argoproj.io/v1alpha1';
const STEP = '5m';

/**
 * A new version that gets more of the calls for as long as it keeps the service's objectives, and loses them all as soon as it does not. Argo Rollouts
 * drives it: it makes the pods of both versions from one Deployment, tells the two subsets apart by a label of its own and moves the weights.
 */
export function canary(node: MeshService, topology: Topology): FileTree {
  const { environment, next } = topology.scenarios;
  const image = `${topology.images.registry}/${node.name}`;
  const http = node.rpcs.map((rpc) => httpRoute(rpc, rpcPortOf(node, topology), shared(node, topology, 0)));
  const rule = destinationRule(node, topology, [STABLE, NEXT]);
  // Both versions come from the same template; Argo Rollouts adds the hash that parts them.
  const subsets = rule.spec?.subsets?.map(({ name }) => ({ name, labels: appLabels(node.name) }));
  const version = '/spec/template/metadata/labels/app.kubernetes.io~1version';
  return new Map([
    ['scenarios/canary/rollout.yaml', documents(rollout(node, topology))],
    ['scenarios/canary/analysis-template.yaml', documents(objectives(node, topology))],
    [
      'scenarios/canary/kustomization.yaml',
      kustomization({
        resources: [`../../overlays/${environment}`, './rollout.yaml', './analysis-template.yaml'],
        images: [{ name: image, newName: image, newTag: next }],
        patches: [
          {
            target: { kind: 'Deployment', name: node.name },
            operations: [{ op: 'replace', path: version, value: next }],
          },
          {
            target: { kind: 'VirtualService', name: node.name },
            operations: [{ op: 'replace', path: '/spec/http', value: http }],
          },
          {
            target: { kind: 'DestinationRule', name: node.name },
            operations: [{ op: 'replace', path: '/spec/subsets', value: subsets }],
          },
          {
            target: { kind: 'HorizontalPodAutoscaler', name: node.name },
            operations: [
              {
                op: 'replace',
                path: '/spec/scaleTargetRef',
                value: { apiVersion: ARGO, kind: 'Rollout', name: node.name },
              },
            ],
          },
        ],
      }),
    ],
  ]);
}

function rollout(node: MeshService, topology: Topology) {
  const { name } = node;
  return {
    apiVersion: ARGO,
    kind: 'Rollout',
    metadata: metadata(name, topology.namespace, name),
    spec: {
      revisionHistoryLimit: 5,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { ...appLabels(name), [TRACK]: STABLE } },
      workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name, scaleDown: 'progressively' },
      strategy: {
        canary: {
          maxSurge: 1,
          maxUnavailable: 0,
          trafficRouting: {
            istio: {
              virtualService: { name, routes: node.rpcs.map((rpc) => rpc.name) },
              destinationRule: { name, stableSubsetName: STABLE, canarySubsetName: NEXT },
            },
          },
          // From the first calls it gets until it is the only version; a failed analysis takes all of them away again.
          analysis: {
            startingStep: 1,
            templates: [{ templateName: `${name}-objectives` }],
            args: [{ name: 'version', value: topology.scenarios.next }],
          },
          steps: CANARY_PERCENT.flatMap((percent) => [{ setWeight: percent }, { pause: { duration: STEP } }]),
        },
      },
    },
  };
}
