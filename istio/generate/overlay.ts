import { createHash } from 'node:crypto';
import { scalingOf } from './autoscaler.ts';
import { configMap } from './config-map.ts';
import { documents, type FileTree, kustomization, type Patch, type PatchOperation, pointer } from './file-tree.ts';
import { edgeGateway } from './gateway.ts';
import type { MeshService } from './mesh.ts';
import { configName, imageOf } from './names.ts';
import { outsideTraffic } from './outside-traffic.ts';
import { egressGateway, providerRoute, providerRule } from './provider-egress.ts';
import { checksTokens, requestAuthentication } from './request-authentication.ts';
import { outsideServer, paymentProvider } from './service-entry.ts';
import { outsideHosts, outsides } from './surroundings.ts';
import { telemetry } from './telemetry.ts';
import { type Environment, type EnvironmentName, issuerOf, type Topology } from './topology.ts';
import { edgeVirtualService } from './virtual-service.ts';

/** Restarts the pods when their configuration changes. */
const CONFIG_HASH = 'tradewind.example/config-sha256';

const VERSION = 'app.kubernetes.io/version';

/** One environment: the base, where things are, which version runs, and how it differs. */
export function overlay(name: EnvironmentName, mesh: readonly MeshService[], topology: Topology): FileTree {
  const environment = topology.environments[name];
  const folder = `overlays/${name}`;
  const gateway = mesh.find(({ edge }) => edge);
  if (gateway === undefined) throw new Error('no service faces the outside');
  const servers = Object.values(outsides(topology, environment)).filter(({ cidrs }) => cidrs !== undefined);
  const files: FileTree = new Map([
    [
      `${folder}/edge.yaml`,
      documents(edgeGateway(topology, environment), edgeVirtualService(gateway, mesh, topology, environment)),
    ],
    [
      `${folder}/request-authentication.yaml`,
      documents(...mesh.filter(checksTokens).map((node) => requestAuthentication(node, topology, environment))),
    ],
    [`${folder}/telemetry.yaml`, documents(telemetry(topology, environment))],
    [`${folder}/servers.yaml`, documents(...servers.map((server) => outsideServer(server, topology)))],
    [
      `${folder}/payment-provider.yaml`,
      documents(
        paymentProvider(topology, environment),
        egressGateway(topology, environment),
        providerRoute(topology, environment),
        ...environment.provider.hosts.map((host) => providerRule(host, topology)),
      ),
    ],
    [
      `${folder}/outside-traffic.yaml`,
      documents(...mesh.flatMap((node) => outsideTraffic(node, topology, environment) ?? [])),
    ],
  ]);
  const own = [...files.keys()].map((path) => path.replace(`${folder}/`, './')).sort();
  return files.set(
    `${folder}/kustomization.yaml`,
    kustomization({
      resources: ['../../base', ...own],
      ...(environment.data === 'inside' && { components: ['../../components/data'] }),
      labels: { [VERSION]: environment.version, 'tradewind.example/environment': name },
      images: mesh.map((node) => ({ name: imageOf(node.name), ...pinned(node.name, topology, environment) })),
      patches: mesh.flatMap((node) => patchesOf(node, topology, environment)),
    }),
  );
}

/** The image that runs: a version, or, once the release pipeline has written it down, the digest that the version had when it was signed. */
function pinned(service: string, { images }: Topology, { version, digests }: Environment) {
  const newName = `${images.registry}/${service}`;
  const digest = digests?.[service];
  return digest === undefined ? { newName, newTag: version } : { newName, digest };
}

function patchesOf(node: MeshService, topology: Topology, environment: Environment): Patch[] {
  const common = configMap(node, topology).data;
  const config = { ISSUER: issuerOf(environment), ...environment.config };
  const data = { ...common, ...config };
  const hash = createHash('sha256')
    .update(JSON.stringify(Object.entries(data).sort()))
    .digest('hex')
    .slice(0, 16);
  const pods = '/spec/template/metadata';
  const patches: Patch[] = [
    {
      target: { kind: 'ConfigMap', name: configName(node.name) },
      operations: Object.entries(config).map(([key, value]) => add(`/data/${pointer(key)}`, value)),
    },
    {
      target: { kind: 'Deployment', name: node.name },
      operations: [
        add(`${pods}/annotations/${pointer(CONFIG_HASH)}`, hash),
        add(`${pods}/labels/${pointer(VERSION)}`, environment.version),
      ],
    },
    {
      target: { kind: 'HorizontalPodAutoscaler', name: node.name },
      operations: scalingChanges(node, topology, environment),
    },
    {
      target: { kind: 'Sidecar', name: node.name },
      operations: outsideHosts(node, topology, environment).map((host) => add('/spec/egress/0/hosts/-', host)),
    },
  ];
  return patches.filter(({ operations }) => operations.length > 0);
}

function scalingChanges({ name }: MeshService, topology: Topology, environment: Environment): PatchOperation[] {
  const [usual, here] = [scalingOf(name, topology), scalingOf(name, topology, environment.scaling)];
  return [
    ...(here.min === usual.min ? [] : [replace('/spec/minReplicas', here.min)]),
    ...(here.max === usual.max ? [] : [replace('/spec/maxReplicas', here.max)]),
  ];
}

const add = (path: string, value: unknown): PatchOperation => ({ op: 'add', path, value });
const replace = (path: string, value: unknown): PatchOperation => ({ op: 'replace', path, value });
