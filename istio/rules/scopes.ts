import { nameOf, ofKind } from '../policy/kinds.ts';
import { hasLabels } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const scopes: Rule = {
  name: 'scopes',
  about:
    'Every pod has a Sidecar that lets it reach what it names and nothing else, and a name is a host, never all of them.',
  faults: (subject) => [...uncovered(subject), ...open(subject)],
};

function uncovered({ manifests, workloads }: Subject): Fault[] {
  const sidecars = ofKind(manifests, 'Sidecar');
  return workloads
    .filter(
      (pod) =>
        !sidecars.some(
          ({ metadata, spec }) =>
            metadata?.namespace === pod.namespace && hasLabels(pod, spec?.workloadSelector?.labels),
        ),
    )
    .map(({ manifest }) => ({
      manifest: nameOf(manifest),
      path: 'spec.template.metadata.labels',
      message: 'no Sidecar is about its pods',
    }));
}

function open({ manifests }: Subject): Fault[] {
  return ofKind(manifests, 'Sidecar').flatMap((sidecar) => {
    const { outboundTrafficPolicy, egress = [] } = sidecar.spec ?? {};
    const at = (path: string, message: string): Fault => ({ manifest: nameOf(sidecar), path, message });
    const mode = outboundTrafficPolicy?.mode ?? 'not set';
    return [
      ...(mode === 'REGISTRY_ONLY'
        ? []
        : [at('spec.outboundTrafficPolicy.mode', `it is ${mode}: unknown hosts can be reached`)]),
      ...egress.flatMap(({ hosts }, index) =>
        hosts
          .filter((host) => host.includes('*') && host !== '~/*')
          .map((host) => at(`spec.egress[${index}].hosts`, `${host} is more than one host`)),
      ),
    ];
  });
}
