import { nameOf } from '../policy/kinds.ts';
import type { Workload } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';
import { variablesOf } from './variables.ts';

export const drain: Rule = {
  name: 'drain',
  about:
    'A pod goes on as before for a while after it is told to stop, and then has longer than its drain, half a minute where it says none, before it is killed; its proxy ends after it.',
  faults: (subject) => subject.workloads.flatMap((workload) => judged(workload, subject)),
};

const NATIVE = 'sidecar.istio.io/nativeSidecar';

function judged({ manifest, annotations, spec }: Workload, subject: Subject): Fault[] {
  const at = (path: string, message: string): Fault => ({
    manifest: nameOf(manifest),
    path: `spec.template.${path}`,
    message,
  });
  const grace = spec.terminationGracePeriodSeconds ?? 30;
  const sidecar =
    annotations[NATIVE] === 'true'
      ? []
      : [at(`metadata.annotations[${NATIVE}]`, 'the proxy may end first, and the drain has no network')];
  const containers = spec.containers.flatMap((container, index) => {
    const { variables } = variablesOf(container, nameOf(manifest), '', subject);
    const drained = Number(variables.find(({ name }) => name === 'DRAIN_SECONDS')?.value ?? 30);
    const leaving = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
    return [
      ...(leaving > 0
        ? []
        : [
            at(`spec.containers[${index}].lifecycle.preStop.sleep.seconds`, 'it stops before proxies have heard of it'),
          ]),
      ...(grace > leaving + drained
        ? []
        : [
            at(
              'spec.terminationGracePeriodSeconds',
              `${grace} s are not longer than ${leaving} s of leaving and ${drained} s of drain`,
            ),
          ]),
    ];
  });
  return [...sidecar, ...containers];
}
