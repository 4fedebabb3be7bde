import { REQUESTS_METRIC } from '../generate/autoscaler.ts';
import { type Kinds, nameOf, ofKind } from '../policy/kinds.ts';
import { hasLabels } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';

/** What may be: two pods to ten. In dev, where nobody waits, one will do. */
const FEWEST = { dev: 1, staging: 2, production: 2 };
const MOST = 10;

export const scaling: Rule = {
  name: 'scaling',
  about:
    'Every service has an autoscaler of two to ten pods (in dev one will do) by the CPU and the memory of its own container, without the proxy’s, and by the calls it answers, and a disruption budget; both are about pods that exist, and nothing else says how many there are.',
  faults: (subject) => [...autoscalers(subject), ...budgets(subject), ...lacking(subject)],
};

function autoscalers({ manifests, environment }: Subject): Fault[] {
  return ofKind(manifests, 'HorizontalPodAutoscaler').flatMap((autoscaler) => {
    const { scaleTargetRef, minReplicas = 1, maxReplicas = 0, metrics = [] } = autoscaler.spec ?? {};
    const at = (path: string, message: string): Fault => ({ manifest: nameOf(autoscaler), path, message });
    const target = manifests.find(
      ({ kind, metadata }) => kind === scaleTargetRef?.kind && metadata?.name === scaleTargetRef.name,
    );
    const measured = measures(metrics, autoscaler.metadata?.name);
    const replicas = (target?.spec as { replicas?: number } | undefined)?.replicas;
    return [
      ...(target ? [] : [at('spec.scaleTargetRef', `there is no ${scaleTargetRef?.kind} ${scaleTargetRef?.name}`)]),
      ...(replicas === undefined
        ? []
        : [at('spec.scaleTargetRef', `${scaleTargetRef?.name} itself says it has ${replicas} pods`)]),
      ...(minReplicas < FEWEST[environment]
        ? [at('spec.minReplicas', `${minReplicas} is below ${FEWEST[environment]}`)]
        : []),
      ...(maxReplicas > MOST || maxReplicas < minReplicas
        ? [at('spec.maxReplicas', `${maxReplicas} is not between ${minReplicas} and ${MOST}`)]
        : []),
      ...['cpu', 'memory', REQUESTS_METRIC]
        .filter((name) => !measured.includes(name))
        .map((name) => at('spec.metrics', `it does not go by ${name}`)),
    ];
  });
}

type Metrics = NonNullable<NonNullable<Kinds['HorizontalPodAutoscaler']['spec']>['metrics']>;

/** What of the service itself it goes by: `Resource` would count the proxy in. */
function measures(metrics: Metrics, container: string | undefined): string[] {
  return metrics.flatMap(({ type, containerResource, pods }) => {
    if (type === 'ContainerResource' && containerResource?.container === container)
      return containerResource?.target.averageUtilization === undefined ? [] : containerResource.name;
    return type === 'Pods' && Number(pods?.target.averageValue) > 0 ? (pods?.metric.name ?? []) : [];
  });
}

function budgets({ manifests, workloads }: Subject): Fault[] {
  return ofKind(manifests, 'PodDisruptionBudget').flatMap((budget) => {
    const labels = budget.spec?.selector?.matchLabels;
    const pods = workloads.filter((each) => each.namespace === budget.metadata?.namespace && hasLabels(each, labels));
    if (labels !== undefined && pods.length > 0) return [];
    return { manifest: nameOf(budget), path: 'spec.selector', message: 'no pods have its labels' };
  });
}

/** A version that is tried out beside another is not scaled. */
function lacking({ manifests, mesh, topology }: Subject): Fault[] {
  return mesh.flatMap(({ name }) =>
    (['HorizontalPodAutoscaler', 'PodDisruptionBudget'] as const)
      .filter(
        (kind) =>
          !ofKind<'HorizontalPodAutoscaler' | 'PodDisruptionBudget'>(manifests, kind).some(
            ({ metadata }) => metadata?.name === name,
          ),
      )
      .map((kind) => ({
        manifest: `${kind} ${topology.namespace}/${name}`,
        path: 'metadata.name',
        message: `${name} has none`,
      })),
  );
}
