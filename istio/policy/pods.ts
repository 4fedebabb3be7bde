import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { Manifest } from '../generate/manifest.ts';

export type Labels = Readonly<Record<string, string>>;

/** Where a pod is and what it is called: what selectors go by. */
export interface Pod {
  readonly namespace: string;
  readonly labels: Labels;
  /** Ports of its containers that have a name. */
  readonly namedPorts?: ReadonlyMap<string, number>;
}

/** The pods that one object makes. */
export interface Workload extends Pod {
  readonly name: string;
  readonly manifest: Manifest;
  readonly serviceAccount: string;
  readonly annotations: Labels;
  readonly spec: IPodSpec;
}

interface Template {
  template?: { metadata?: { labels?: Labels; annotations?: Labels }; spec?: IPodSpec };
}

/** Every object that makes pods, whatever its kind. */
export function workloadsOf(manifests: readonly Manifest[]): Workload[] {
  return manifests.flatMap((manifest) => {
    const { template } = (manifest.spec ?? {}) as Template;
    if (template?.spec === undefined) return [];
    const { spec, metadata } = template;
    return {
      name: manifest.metadata?.name ?? '',
      namespace: manifest.metadata?.namespace ?? 'default',
      manifest,
      labels: metadata?.labels ?? {},
      annotations: metadata?.annotations ?? {},
      serviceAccount: spec.serviceAccountName ?? 'default',
      namedPorts: new Map(
        spec.containers.flatMap(({ ports = [] }) =>
          ports.flatMap(({ name, containerPort }) => (name === undefined ? [] : [[name, containerPort] as const])),
        ),
      ),
      spec,
    };
  });
}

/** Whether a selector by labels alone chooses a pod. No selector chooses every pod. */
export function hasLabels(pod: Pod, labels: Labels | undefined): boolean {
  return Object.entries(labels ?? {}).every(([key, value]) => pod.labels[key] === value);
}
