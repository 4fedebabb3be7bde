import type { IContainer } from 'kubernetes-models/v1/Container';
import { nameOf } from '../policy/kinds.ts';
import type { Fault, Rule } from './rule.ts';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
const REWRITE = 'sidecar.istio.io/rewriteAppHTTPProbers';

export const probes: Rule = {
  name: 'probes',
  about:
    'A kubelet, which has no certificate, can ask every container how it is: the proxy takes its questions over, and they go to ports that exist. Services and servers with a volume answer all three.',
  faults: ({ workloads }) =>
    workloads.flatMap(({ manifest, annotations, spec }) =>
      spec.containers.flatMap((container, index) => {
        const at = (path: string, message: string): Fault => ({ manifest: nameOf(manifest), path, message });
        const path = `spec.template.spec.containers[${index}]`;
        const asked = PROBES.filter((probe) => portOf(container, probe) !== undefined);
        return [
          ...PROBES.filter((probe) => container[probe] === undefined).map((probe) =>
            at(`${path}.${probe}`, 'there is none'),
          ),
          ...asked
            .filter((probe) => !hasPort(container, portOf(container, probe)))
            .map((probe) => at(`${path}.${probe}`, `the container has no port ${portOf(container, probe)}`)),
          ...(asked.length > 0 && annotations[REWRITE] !== 'true'
            ? [
                at(
                  `spec.template.metadata.annotations[${REWRITE}]`,
                  'under STRICT the kubelet’s questions would not get in',
                ),
              ]
            : []),
        ];
      }),
    ),
};

/** The port a probe connects to; undefined for a command inside the container. */
function portOf(container: IContainer, name: (typeof PROBES)[number]): number | string | undefined {
  const probe = container[name];
  return probe?.httpGet?.port ?? probe?.grpc?.port ?? probe?.tcpSocket?.port;
}

function hasPort({ ports = [] }: IContainer, asked: number | string | undefined): boolean {
  return ports.some(({ name, containerPort }) => asked === name || asked === containerPort);
}
