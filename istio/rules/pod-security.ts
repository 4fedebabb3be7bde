import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { nameOf, ofKind } from '../policy/kinds.ts';
import type { Fault, Rule, Subject } from './rule.ts';

export const podSecurity: Rule = {
  name: 'pod-security',
  about:
    'Every pod obeys the restricted level of Pod Security, which its namespace enforces; beyond it, no root file system can be written to, no token is mounted, and every container has requests and limits.',
  faults: (subject) => [
    ...namespaces(subject),
    ...subject.workloads.flatMap(({ manifest, spec }) =>
      [
        ...podFaults(spec),
        ...containersOf(spec).flatMap(([path, container]) => containerFaults(path, container, spec)),
      ].map(([path, message]): Fault => ({ manifest: nameOf(manifest), path: `spec.template.spec.${path}`, message })),
    ),
  ],
};

type Found = [path: string, message: string];

function namespaces({ manifests, workloads }: Subject): Fault[] {
  const key = 'pod-security.kubernetes.io/enforce';
  const strict = ofKind(manifests, 'Namespace')
    .filter(({ metadata }) => metadata?.labels?.[key] === 'restricted')
    .map(({ metadata }) => metadata?.name);
  return [...new Set(workloads.map(({ namespace }) => namespace))]
    .filter((namespace) => !strict.includes(namespace))
    .map((namespace) => ({
      manifest: `Namespace ${namespace}`,
      path: `metadata.labels[${key}]`,
      message: 'it is not restricted',
    }));
}

/** What each of a list of conditions says when it does not hold. */
const unless = (...conditions: [holds: boolean, path: string, message: string][]): Found[] =>
  conditions.filter(([holds]) => !holds).map(([, path, message]) => [path, message]);

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const SYSCTLS =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|ip_unprivileged_port_start|tcp_syncookies|ping_group_range|ip_local_reserved_ports|tcp_keepalive_time|tcp_fin_timeout|tcp_keepalive_intvl|tcp_keepalive_probes))$/;

function podFaults(spec: IPodSpec): Found[] {
  const { securityContext: context = {} } = spec;
  return [
    ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).flatMap((field) =>
      unless([spec[field] !== true, field, 'it shares what is the machine’s']),
    ),
    ...unless([spec.automountServiceAccountToken === false, 'automountServiceAccountToken', 'a token is mounted']),
    ...(context.sysctls ?? []).flatMap(({ name }) =>
      unless([SYSCTLS.test(name), 'securityContext.sysctls', `${name} is not safe`]),
    ),
    ...unless([
      context.windowsOptions?.hostProcess !== true,
      'securityContext.windowsOptions.hostProcess',
      'it is a process of the machine',
    ]),
    ...unless([
      isSafeSeLinux(context.seLinuxOptions),
      'securityContext.seLinuxOptions',
      'its type, user or role is its own',
    ]),
    ...(spec.volumes ?? []).flatMap(({ name, ...source }, index) =>
      unless([
        Object.keys(source).every((kind) => VOLUMES.includes(kind)),
        `volumes[${index}]`,
        `${name} is a ${Object.keys(source)}`,
      ]),
    ),
  ];
}

function isSafeSeLinux({
  type = '',
  user = '',
  role = '',
}: {
  type?: string;
  user?: string;
  role?: string;
} = {}): boolean {
  return (
    ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'].includes(type) &&
    user === '' &&
    role === ''
  );
}

function containersOf({
  containers,
  initContainers = [],
  ephemeralContainers = [],
}: IPodSpec): [path: string, container: IContainer][] {
  return Object.entries({ containers, initContainers, ephemeralContainers }).flatMap(([kind, list]) =>
    list.map((container, index): [string, IContainer] => [`${kind}[${index}]`, container as IContainer]),
  );
}

function containerFaults(path: string, container: IContainer, { securityContext: pod = {} }: IPodSpec): Found[] {
  const { securityContext: own = {}, ports = [], resources = {} } = container;
  const { drop = [], add = [] } = own.capabilities ?? {};
  const seccomp = (own.seccompProfile ?? pod.seccompProfile)?.type ?? '';
  const armor = (own.appArmorProfile ?? pod.appArmorProfile)?.type ?? 'RuntimeDefault';
  const context = `${path}.securityContext`;
  return unless(
    [own.privileged !== true, `${context}.privileged`, 'it is'],
    [own.allowPrivilegeEscalation === false, `${context}.allowPrivilegeEscalation`, 'it is not false'],
    [(own.runAsNonRoot ?? pod.runAsNonRoot) === true, `${context}.runAsNonRoot`, 'it is not true, here or for the pod'],
    [(own.runAsUser ?? pod.runAsUser) !== 0, `${context}.runAsUser`, 'it is root'],
    [
      ['RuntimeDefault', 'Localhost'].includes(seccomp),
      `${context}.seccompProfile.type`,
      'it is none, here or for the pod',
    ],
    [['RuntimeDefault', 'Localhost'].includes(armor), `${context}.appArmorProfile.type`, `it is ${armor}`],
    [drop.includes('ALL'), `${context}.capabilities.drop`, 'it does not drop ALL'],
    [add.every((name) => name === 'NET_BIND_SERVICE'), `${context}.capabilities.add`, `it adds ${add}`],
    [(own.procMount ?? 'Default') === 'Default', `${context}.procMount`, `it is ${own.procMount}`],
    [isSafeSeLinux(own.seLinuxOptions), `${context}.seLinuxOptions`, 'its type, user or role is its own'],
    [
      own.windowsOptions?.hostProcess !== true,
      `${context}.windowsOptions.hostProcess`,
      'it is a process of the machine',
    ],
    [own.readOnlyRootFilesystem === true, `${context}.readOnlyRootFilesystem`, 'it is not true'],
    [ports.every(({ hostPort = 0 }) => hostPort === 0), `${path}.ports`, 'it takes a port of the machine'],
    ...(['requests', 'limits'] as const).flatMap((kind) =>
      ['cpu', 'memory'].map((what): [boolean, string, string] => [
        resources[kind]?.[what] !== undefined,
        `${path}.resources.${kind}.${what}`,
        'there is none',
      ]),
    ),
  );
}
