import { describe, expect, test } from 'vitest';
import type { Kinds } from '../policy/kinds.ts';
import { afterAdding, afterChange, afterRemoving, dev } from './broken.fixture.ts';
import { configuration } from './configuration.ts';
import { drain } from './drain.ts';
import { images } from './images.ts';
import { podSecurity } from './pod-security.ts';
import { probes } from './probes.ts';
import type { Rule } from './rule.ts';
import { scaling } from './scaling.ts';
import { secrets } from './secrets.ts';

type PodSpec = NonNullable<NonNullable<Kinds['Deployment']['spec']>['template']['spec']>;
type Container = PodSpec['containers'][number];

const PODS = 'spec.template.spec';
const CONTAINER = `${PODS}.containers[0]`;

/** What a rule tells, as field and message, of the pods of payments changed. */
async function pods(rule: Rule, change: (spec: PodSpec, container: Container) => void): Promise<string[]> {
  const found = await afterChange(rule, 'Deployment', 'payments', ({ spec }) => {
    const [container] = spec?.template.spec?.containers ?? [];
    if (spec?.template.spec === undefined || container === undefined) throw new Error('payments has no container');
    change(spec.template.spec, container);
  });
  expect(found.map(({ manifest }) => manifest)).toEqual(found.map(() => 'Deployment tradewind/payments'));
  return found.map(({ path, message }) => `${path}: ${message}`);
}

describe('pod-security', () => {
  test.each<[string, string, (spec: PodSpec, container: Container) => void]>([
    ['a network of the machine', `${PODS}.hostNetwork`, (spec) => Object.assign(spec, { hostNetwork: true })],
    ['processes of the machine', `${PODS}.hostPID`, (spec) => Object.assign(spec, { hostPID: true })],
    ['memory of the machine', `${PODS}.hostIPC`, (spec) => Object.assign(spec, { hostIPC: true })],
    ['a mounted token', `${PODS}.automountServiceAccountToken`, (spec) => delete spec.automountServiceAccountToken],
    [
      'a folder of the machine',
      `${PODS}.volumes[1]`,
      (spec) => spec.volumes?.push({ name: 'host', hostPath: { path: '/' } }),
    ],
    [
      'a sysctl',
      `${PODS}.securityContext.sysctls`,
      (spec) => Object.assign(spec.securityContext ?? {}, { sysctls: [{ name: 'kernel.msgmax', value: '1' }] }),
    ],
    [
      'SELinux of its own',
      `${PODS}.securityContext.seLinuxOptions`,
      (spec) => Object.assign(spec.securityContext ?? {}, { seLinuxOptions: { user: 'x' } }),
    ],
    [
      'root by default',
      `${CONTAINER}.securityContext.runAsNonRoot`,
      (spec) => delete spec.securityContext?.runAsNonRoot,
    ],
    [
      'no seccomp profile',
      `${CONTAINER}.securityContext.seccompProfile.type`,
      (spec) => delete spec.securityContext?.seccompProfile,
    ],
    [
      'root by number',
      `${CONTAINER}.securityContext.runAsUser`,
      (spec) => Object.assign(spec.securityContext ?? {}, { runAsUser: 0 }),
    ],
    [
      'privileges',
      `${CONTAINER}.securityContext.privileged`,
      (_, { securityContext }) => Object.assign(securityContext ?? {}, { privileged: true }),
    ],
    [
      'their escalation',
      `${CONTAINER}.securityContext.allowPrivilegeEscalation`,
      (_, { securityContext }) => delete securityContext?.allowPrivilegeEscalation,
    ],
    [
      'capabilities kept',
      `${CONTAINER}.securityContext.capabilities.drop`,
      (_, { securityContext }) => Object.assign(securityContext ?? {}, { capabilities: { drop: ['NET_RAW'] } }),
    ],
    [
      'capabilities added',
      `${CONTAINER}.securityContext.capabilities.add`,
      (_, { securityContext }) => Object.assign(securityContext?.capabilities ?? {}, { add: ['SYS_ADMIN'] }),
    ],
    [
      '/proc unmasked',
      `${CONTAINER}.securityContext.procMount`,
      (_, { securityContext }) => Object.assign(securityContext ?? {}, { procMount: 'Unmasked' }),
    ],
    [
      'AppArmor switched off',
      `${CONTAINER}.securityContext.appArmorProfile.type`,
      (_, { securityContext }) => Object.assign(securityContext ?? {}, { appArmorProfile: { type: 'Unconfined' } }),
    ],
    [
      'a root file system that can be written',
      `${CONTAINER}.securityContext.readOnlyRootFilesystem`,
      (_, { securityContext }) => delete securityContext?.readOnlyRootFilesystem,
    ],
    [
      'a port of the machine',
      `${CONTAINER}.ports`,
      (_, { ports }) => Object.assign(ports?.[0] ?? {}, { hostPort: 9090 }),
    ],
    [
      'memory without limit',
      `${CONTAINER}.resources.limits.memory`,
      (_, { resources }) => delete resources?.limits?.memory,
    ],
    ['no request', `${CONTAINER}.resources.requests.cpu`, (_, { resources }) => delete resources?.requests?.cpu],
    [
      'a container that begins before',
      `${PODS}.initContainers[0].securityContext.readOnlyRootFilesystem`,
      (spec, container) => {
        const { securityContext: { readOnlyRootFilesystem: _, ...rest } = {} } = container;
        spec.initContainers = [{ ...container, securityContext: rest }];
      },
    ],
  ])('finds %s', async (_, path, change) => {
    expect(await pods(podSecurity, change)).toEqual([expect.stringContaining(`${path}: `)]);
  });

  test('finds a namespace that enforces less', async () => {
    const key = 'pod-security.kubernetes.io/enforce';
    const found = await afterChange(podSecurity, 'Namespace', 'tradewind', ({ metadata }) =>
      Object.assign(metadata?.labels ?? {}, { [key]: 'baseline' }),
    );
    expect(found).toEqual([
      {
        rule: 'pod-security',
        manifest: 'Namespace tradewind',
        path: `metadata.labels[${key}]`,
        message: 'it is not restricted',
      },
    ]);
  });
});

describe('images', () => {
  test.each([
    'ghcr.io/tradewind/payments',
    'ghcr.io/tradewind/payments:latest',
    'ghcr.io/tradewind/payments:1',
    'payments:1.2.3',
    'ghcr.io/tradewind/payments@sha256:12',
  ])('finds %s', async (image) => {
    expect(await pods(images, (_, container) => Object.assign(container, { image }))).toEqual([
      `${CONTAINER}.image: ${image} is not pinned`,
    ]);
  });

  test.each([`ghcr.io/tradewind/payments@sha256:${'0a'.repeat(32)}`, 'ghcr.io/tradewind/payments:1.2.3-rc.1'])(
    'takes %s',
    async (image) => {
      expect(await pods(images, (_, container) => Object.assign(container, { image }))).toEqual([]);
    },
  );
});

describe('secrets', () => {
  test('finds one in the environment, given whole, or in a ConfigMap', async () => {
    const plain = { name: 'DATABASE_URL', value: 'postgres://payments:secret@postgres.example/payments' };
    expect(await pods(secrets, (_, { env }) => env?.splice(0, 1, plain))).toEqual([
      `${CONTAINER}.env[0]: DATABASE_URL is not from a Secret`,
    ]);
    expect(await pods(secrets, (_, { envFrom }) => envFrom?.push({ secretRef: { name: 'payments-secrets' } }))).toEqual(
      [`${CONTAINER}.envFrom: a Secret is given whole, not by key`],
    );
    const found = await afterChange(secrets, 'ConfigMap', 'payments-config', ({ data }) =>
      Object.assign(data ?? {}, { PROXY: 'http://me:secret@proxy.example' }),
    );
    expect(found).toEqual([
      expect.objectContaining({ manifest: 'ConfigMap tradewind/payments-config', path: 'data.PROXY' }),
    ]);
  });

  test('finds a Secret among the manifests', async () => {
    const found = await afterAdding(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'mesh-keys', namespace: 'tradewind' },
    });
    expect(found).toEqual([expect.objectContaining({ manifest: 'Secret tradewind/mesh-keys', path: 'data' })]);
  });
});

describe('configuration', () => {
  test('misses a variable without which a service does not start', async () => {
    const found = await pods(configuration, (_, container) =>
      Object.assign(container, { env: container.env?.filter(({ name }) => name !== 'DATABASE_URL') }),
    );
    expect(found).toEqual([`${CONTAINER}.env: DATABASE_URL is not set, and payments does not start without it`]);
    const found2 = await afterChange(
      configuration,
      'ConfigMap',
      'orders-config',
      ({ data }) => delete data?.UPSTREAM_SHIPPING,
    );
    expect(found2).toEqual([
      expect.objectContaining({
        manifest: 'Deployment tradewind/orders',
        message: expect.stringContaining('UPSTREAM_SHIPPING is not set'),
      }),
    ]);
  });

  test('does not count on what may be missing', async () => {
    const optional = (_: PodSpec, { env }: Container) =>
      Object.assign(env?.find(({ name }) => name === 'SERVICE_TOKEN')?.valueFrom?.secretKeyRef ?? {}, {
        optional: true,
      });
    expect(await pods(configuration, optional)).toEqual([expect.stringContaining('SERVICE_TOKEN is not set')]);
  });

  test('finds a value that a service does not accept, and one that it does not read', async () => {
    const config = (data: object) =>
      afterChange(configuration, 'ConfigMap', 'payments-config', (map) => Object.assign(map.data ?? {}, data));
    expect(await config({ DRAIN_SECONDS: '60' })).toEqual([
      {
        rule: 'configuration',
        manifest: 'ConfigMap tradewind/payments-config',
        path: 'data.DRAIN_SECONDS',
        message: expect.stringMatching(/^DRAIN_SECONDS is "60"\. /),
      },
    ]);
    expect(await config({ DRAIN_SECOND: '20' })).toEqual([
      expect.objectContaining({ path: 'data.DRAIN_SECOND', message: 'payments does not read DRAIN_SECOND' }),
    ]);
  });

  test('misses a ConfigMap', async () => {
    const found = await afterRemoving(configuration, 'ConfigMap', 'payments-config');
    expect(found.map(({ message }) => message)).toContain('there is no ConfigMap payments-config');
  });
});

describe('probes', () => {
  test('finds one that is missing', async () => {
    expect(await pods(probes, (_, container) => delete container.startupProbe)).toEqual([
      `${CONTAINER}.startupProbe: there is none`,
    ]);
  });

  test('finds one that asks a port which is not there', async () => {
    const change = (_: PodSpec, { livenessProbe }: Container) =>
      Object.assign(livenessProbe?.httpGet ?? {}, { port: 8081 });
    expect(await pods(probes, change)).toEqual([`${CONTAINER}.livenessProbe: the container has no port 8081`]);
  });

  test.each(['nats', 'postgres'])('finds one of %s that is missing', async (name) => {
    const found = await afterChange(
      probes,
      'StatefulSet',
      name,
      ({ spec }) => delete spec?.template.spec?.containers[0]?.startupProbe,
      dev,
    );
    expect(found).toEqual([
      expect.objectContaining({ manifest: `StatefulSet tradewind/${name}`, path: `${CONTAINER}.startupProbe` }),
    ]);
  });

  test('finds questions that would not get in under STRICT', async () => {
    const found = await afterChange(
      probes,
      'Deployment',
      'payments',
      ({ spec }) => delete spec?.template.metadata?.annotations?.['sidecar.istio.io/rewriteAppHTTPProbers'],
    );
    expect(found).toEqual([
      expect.objectContaining({ path: 'spec.template.metadata.annotations[sidecar.istio.io/rewriteAppHTTPProbers]' }),
    ]);
  });
});

describe('scaling', () => {
  const scaler = (change: object, built?: typeof dev) =>
    afterChange(scaling, 'HorizontalPodAutoscaler', 'payments', ({ spec }) => Object.assign(spec ?? {}, change), built);

  test('finds bounds that are too low, too high, or the wrong way round', async () => {
    const manifest = 'HorizontalPodAutoscaler tradewind/payments';
    expect(await scaler({ minReplicas: 1 })).toEqual([
      { rule: 'scaling', manifest, path: 'spec.minReplicas', message: '1 is below 2' },
    ]);
    expect(await scaler({ minReplicas: 0 }, dev)).toEqual([expect.objectContaining({ message: '0 is below 1' })]);
    expect(await scaler({ maxReplicas: 11 })).toEqual([expect.objectContaining({ path: 'spec.maxReplicas' })]);
    expect(await scaler({ minReplicas: 4, maxReplicas: 3 })).toEqual([
      expect.objectContaining({ path: 'spec.maxReplicas' }),
    ]);
  });

  test('finds one of pods that are not there, or that does not go by their use', async () => {
    expect(await scaler({ scaleTargetRef: { kind: 'Deployment', name: 'payment' } })).toEqual([
      expect.objectContaining({ message: 'there is no Deployment payment' }),
    ]);
    expect(await scaler({ metrics: [] })).toEqual([
      expect.objectContaining({ message: 'it does not go by cpu' }),
      expect.objectContaining({ message: 'it does not go by memory' }),
      expect.objectContaining({ message: 'it does not go by tradewind_rpc_requests_per_second' }),
    ]);
  });

  test.each(['payments', 'istio-proxy'])('finds one that counts the proxy in, or only it: %s', async (container) => {
    const target = { type: 'Utilization', averageUtilization: 70 };
    const found = await afterChange(scaling, 'HorizontalPodAutoscaler', 'payments', ({ spec }) => {
      const cpu = spec?.metrics?.find(({ containerResource }) => containerResource?.name === 'cpu');
      const counted =
        container === 'payments'
          ? { type: 'Resource', resource: { name: 'cpu', target }, containerResource: undefined }
          : { containerResource: { name: 'cpu', container, target } };
      Object.assign(cpu ?? {}, counted);
    });
    expect(found).toEqual([expect.objectContaining({ message: 'it does not go by cpu' })]);
  });

  test('finds pods whose number is said twice', async () => {
    const found = await afterChange(scaling, 'Deployment', 'payments', ({ spec }) =>
      Object.assign(spec ?? {}, { replicas: 3 }),
    );
    expect(found).toEqual([
      expect.objectContaining({ manifest: 'HorizontalPodAutoscaler tradewind/payments', path: 'spec.scaleTargetRef' }),
    ]);
  });

  test('misses a budget, and finds one of no pods', async () => {
    expect(await afterRemoving(scaling, 'PodDisruptionBudget', 'payments')).toEqual([
      expect.objectContaining({ manifest: 'PodDisruptionBudget tradewind/payments', message: 'payments has none' }),
    ]);
    const found = await afterChange(scaling, 'PodDisruptionBudget', 'payments', ({ spec }) =>
      Object.assign(spec?.selector?.matchLabels ?? {}, { app: 'payment' }),
    );
    expect(found).toEqual([expect.objectContaining({ path: 'spec.selector', message: 'no pods have its labels' })]);
  });
});

describe('drain', () => {
  test('finds a pod that is killed while it drains', async () => {
    const found = await pods(drain, (spec) => Object.assign(spec, { terminationGracePeriodSeconds: 35 }));
    expect(found).toEqual([
      `${PODS}.terminationGracePeriodSeconds: 35 s are not longer than 5 s of leaving and 30 s of drain`,
    ]);
  });

  test.each(['nats', 'postgres'])('finds %s stopped before others have heard of it', async (name) => {
    const change = ({ spec }: Kinds['StatefulSet']) => delete spec?.template.spec?.containers[0]?.lifecycle;
    expect(await afterChange(drain, 'StatefulSet', name, change, dev)).toEqual([
      expect.objectContaining({ path: expect.stringContaining('lifecycle.preStop.sleep.seconds') }),
    ]);
  });

  test('finds one that stops before others have heard of it', async () => {
    expect(await pods(drain, (_, container) => delete container.lifecycle)).toEqual([
      expect.stringContaining('lifecycle.preStop.sleep.seconds: '),
    ]);
  });
});
