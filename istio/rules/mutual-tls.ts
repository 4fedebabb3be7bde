import { type Kinds, nameOf, ofKind } from '../policy/kinds.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const mutualTls: Rule = {
  name: 'mutual-tls',
  about:
    'Mutual TLS is STRICT everywhere: by a policy of the whole mesh, which no environment takes with it when it goes, with no port and no caller left out, and no pod without a proxy.',
  faults: (subject) => [
    ...everywhere(subject),
    ...owned(subject),
    ...loosened(subject),
    ...callers(subject),
    ...proxies(subject),
  ],
};

type Traffic = NonNullable<NonNullable<Kinds['DestinationRule']['spec']>['trafficPolicy']>;

/** The root namespace holds for all, and each namespace with pods says it again. */
function everywhere({ manifests, platform, workloads, topology }: Subject): Fault[] {
  const strict = ofKind([...platform, ...manifests], 'PeerAuthentication')
    .filter(({ spec }) => spec?.selector === undefined && spec?.mtls?.mode === 'STRICT')
    .map(({ metadata }) => metadata?.namespace);
  const namespaces = new Set([topology.platform.istiod.namespace, ...workloads.map(({ namespace }) => namespace)]);
  return [...namespaces]
    .filter((namespace) => !strict.includes(namespace))
    .map((namespace) => ({
      manifest: `PeerAuthentication ${namespace}/default`,
      path: 'spec.mtls.mode',
      message: `nothing says STRICT for all pods of ${namespace}`,
    }));
}

/** What an environment owns goes with it, and would leave every other without. */
function owned({ manifests, topology }: Subject): Fault[] {
  return ofKind(manifests, 'PeerAuthentication')
    .filter(({ metadata }) => metadata?.namespace === topology.platform.istiod.namespace)
    .map((policy) => ({
      manifest: nameOf(policy),
      path: 'metadata.namespace',
      message: 'an environment owns what holds for the whole cluster',
    }));
}

function loosened({ manifests, platform }: Subject): Fault[] {
  return ofKind([...platform, ...manifests], 'PeerAuthentication').flatMap((policy) => {
    const modes = [
      ['spec.mtls.mode', policy.spec?.mtls?.mode ?? 'UNSET'] as const,
      ...Object.entries(policy.spec?.portLevelMtls ?? {}).map(
        ([port, { mode }]) => [`spec.portLevelMtls.${port}.mode`, mode] as const,
      ),
    ];
    return modes
      .filter(([, mode]) => mode !== 'STRICT')
      .map(([path, mode]) => ({ manifest: nameOf(policy), path, message: `it is ${mode}, not STRICT` }));
  });
}

/** Inside the mesh a caller brings its certificate. Servers outside of it have their own protocols. */
function callers({ manifests, topology }: Subject): Fault[] {
  const inside = `.svc.${topology.clusterDomain}`;
  return ofKind(manifests, 'DestinationRule').flatMap((rule) => {
    const { host = '', trafficPolicy, subsets = [] } = rule.spec ?? {};
    const said = [
      ...modesOf(trafficPolicy, 'spec.trafficPolicy'),
      ...subsets.flatMap((subset, index) =>
        modesOf(subset.trafficPolicy as Traffic | undefined, `spec.subsets[${index}].trafficPolicy`),
      ),
    ];
    return said
      .filter(([, mode]) => mode === 'DISABLE' || (host.endsWith(inside) && mode !== 'ISTIO_MUTUAL'))
      .map(([path, mode]) => ({
        manifest: nameOf(rule),
        path,
        message: `callers of ${host} use ${mode}, not ISTIO_MUTUAL`,
      }));
  });
}

function modesOf(policy: Traffic | undefined, path: string): (readonly [path: string, mode: string])[] {
  const ports = policy?.portLevelSettings ?? [];
  return [
    ...(policy?.tls?.mode ? [[`${path}.tls.mode`, policy.tls.mode] as const] : []),
    ...ports.flatMap(({ tls }, index) =>
      tls?.mode ? [[`${path}.portLevelSettings[${index}].tls.mode`, tls.mode] as const] : [],
    ),
  ];
}

/** What keeps traffic past a pod's proxy. */
function proxies({ manifests, workloads }: Subject): Fault[] {
  const injected = ofKind(manifests, 'Namespace')
    .filter(({ metadata }) => metadata?.labels?.['istio-injection'] === 'enabled')
    .map(({ metadata }) => metadata?.name);
  return workloads.flatMap(({ manifest, namespace, labels, annotations }) => {
    const at = (path: string, message: string): Fault => ({ manifest: nameOf(manifest), path, message });
    const past = Object.keys(annotations).filter((key) => /^traffic\.sidecar\.istio\.io\/(exclude|include)/.test(key));
    return [
      ...(injected.includes(namespace) ? [] : [at('metadata.namespace', `pods of ${namespace} get no proxy`)]),
      ...[labels, annotations]
        .filter((each) => each['sidecar.istio.io/inject'] === 'false')
        .map(() => at('spec.template.metadata', 'the pod refuses a proxy')),
      ...past.map((key) => at(`spec.template.metadata.annotations[${key}]`, 'traffic passes by the proxy')),
    ];
  });
}
