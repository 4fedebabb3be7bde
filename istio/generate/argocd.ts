import { documents, type FileTree } from './file-tree.ts';
import { PART_OF } from './names.ts';
import { type EnvironmentName, environmentNames, type Topology } from './topology.ts';

const ARGO = 'argoproj.io/v1alpha1';
const PROJECT = 'tradewind';

/** Has Argo CD keep each environment as its overlay says. Production waits for a person to press the button. */
export function argocd(topology: Topology): FileTree {
  return new Map([
    ['argocd/project.yaml', documents(project(topology))],
    ...environmentNames.map((name): [string, string] => [
      `argocd/${name}.yaml`,
      documents(application(name, topology)),
    ]),
  ]);
}

/** What Argo CD may touch: our namespace and what we have in those of the mesh's gateways and control plane. */
function project({ namespace, platform, argocd }: Topology) {
  const namespaces = [namespace, platform.ingress.namespace, platform.egress.namespace, platform.istiod.namespace];
  return {
    apiVersion: ARGO,
    kind: 'AppProject',
    metadata: { name: PROJECT, namespace: argocd.namespace, labels: PART_OF },
    spec: {
      sourceRepos: [argocd.repository],
      destinations: Object.values(argocd.clusters).flatMap((server) =>
        namespaces.map((each) => ({ namespace: each, server })),
      ),
      clusterResourceWhitelist: [{ group: '', kind: 'Namespace' }],
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
