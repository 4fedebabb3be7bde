import { documents, type FileTree } from './file-tree.ts';
import { PART_OF } from './names.ts';
import { type EnvironmentName, environmentNames, type Topology } from './topology.ts';

const ARGO = 'argoproj.io/v1alpha1';
const PROJECT = 'tradewind';
const PLATFORM = 'tradewind-platform';

/** Has Argo CD keep each environment as its overlay says, and each cluster as the platform says. Production waits for a person to press the button. */
export function argocd(topology: Topology): FileTree {
  return new Map([
    ['argocd/project.yaml', documents(project(topology))],
    [
      'argocd/platform.yaml',
      documents(platformProject(topology), ...environmentNames.map((name) => platform(name, topology))),
    ],
    ...environmentNames.map((name): [string, string] => [
      `argocd/${name}.yaml`,
      documents(application(name, topology)),
    ]),
  ]);
}

/** What an environment may touch: our namespace and what we have in those of the mesh's gateways. */
function project(topology: Topology) {
  const { namespace, platform } = topology;
  return projectOf(PROJECT, [namespace, platform.ingress.namespace, platform.egress.namespace], topology);
}

/** What holds for a whole cluster is kept apart from the environments, which may not touch it. */
function platformProject(topology: Topology) {
  return projectOf(PLATFORM, [topology.platform.istiod.namespace], topology);
}

function projectOf(name: string, namespaces: readonly string[], { argocd }: Topology) {
  return {
    apiVersion: ARGO,
    kind: 'AppProject',
    metadata: { name, namespace: argocd.namespace, labels: PART_OF },
    spec: {
      sourceRepos: [argocd.repository],
      destinations: Object.values(argocd.clusters).flatMap((server) =>
        namespaces.map((each) => ({ namespace: each, server })),
      ),
      ...(name === PROJECT && { clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }] }),
    },
  };
}

/** Nothing of it is ever removed by itself, and nobody's edit of it lasts. */
function platform(name: EnvironmentName, { platform: places, argocd }: Topology) {
  return {
    apiVersion: ARGO,
    kind: 'Application',
    metadata: { name: `${PLATFORM}-${name}`, namespace: argocd.namespace, labels: PART_OF },
    spec: {
      project: PLATFORM,
      source: { repoURL: argocd.repository, targetRevision: argocd.revision, path: 'istio/platform' },
      destination: { server: argocd.clusters[name], namespace: places.istiod.namespace },
      syncPolicy: { automated: { prune: false, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
    },
  };
}

function application(name: EnvironmentName, { namespace, argocd }: Topology) {
  return {
    apiVersion: ARGO,
    kind: 'Application',
    metadata: { name: `tradewind-${name}`, namespace: argocd.namespace, labels: PART_OF },
    spec: {
      project: PROJECT,
      source: { repoURL: argocd.repository, targetRevision: argocd.revision, path: `istio/overlays/${name}` },
      destination: { server: argocd.clusters[name], namespace },
      syncPolicy: {
        ...(name !== 'production' && { automated: { prune: true, selfHeal: true } }),
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
        retry: { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '3m' } },
      },
      // A canary under way moves weights and subsets, and takes the pods over from the Deployment.
      ignoreDifferences: [
        {
          group: 'networking.istio.io',
          kind: 'VirtualService',
          jqPathExpressions: ['.spec.http[]?.route[]?.weight'],
        },
        {
          group: 'networking.istio.io',
          kind: 'DestinationRule',
          jqPathExpressions: ['.spec.subsets[]?.labels."rollouts-pod-template-hash"'],
        },
        { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] },
      ],
    },
  };
}
