import { z } from 'zod';
import { nameOf } from '../policy/kinds.ts';
import type { Workload } from '../policy/pods.ts';
import type { Fault, Rule, Subject } from './rule.ts';
import { type Variable, variablesOf } from './variables.ts';

export const configuration: Rule = {
  name: 'configuration',
  about:
    'Every service is given each variable that its configuration cannot do without, with a value it accepts, and none that it does not read.',
  async faults(subject) {
    const found = await Promise.all(
      subject.workloads.map(async (workload) => {
        const shape = await shapeOf(workload, subject);
        return shape === undefined ? [] : judged(workload, shape, subject);
      }),
    );
    return found.flat();
  },
};

/** What a service reads; undefined for servers that are not ours. */
async function shapeOf({ labels }: Workload, { mesh }: Subject): Promise<z.ZodRawShape | undefined> {
  const node = mesh.find(({ name }) => name === labels.app);
  if (node === undefined) return undefined;
  const module = (await import(`../../services/${node.name}/config.ts`)) as Record<string, z.ZodRawShape>;
  return module[`${node.name}Config`];
}

/** Optional for tests, and needed in a mesh. */
const ALWAYS = [
  'NATS_URL',
  'HOST',
  'HTTP_PORT',
  'JWKS_URL',
  'MESH_JWKS',
  'SERVICE_TOKEN',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
];

function judged({ manifest, labels, spec }: Workload, shape: z.ZodRawShape, subject: Subject): Fault[] {
  const owner = nameOf(manifest);
  const node = subject.mesh.find(({ name }) => name === labels.app);
  const needed = Object.entries(shape)
    .filter(([, rule]) => !z.safeParse(rule, undefined).success)
    .map(([name]) => name);
  return spec.containers.flatMap((container, index) => {
    const path = `spec.template.spec.containers[${index}]`;
    const { variables, missing } = variablesOf(container, owner, path, subject);
    const given = variables.filter(({ optional }) => !optional).map(({ name }) => name);
    const wanted = new Set([...needed, ...ALWAYS, ...(node?.database ? ['DATABASE_URL'] : [])]);
    return [
      ...missing.map((name) => ({
        manifest: owner,
        path: `${path}.envFrom`,
        message: `there is no ConfigMap ${name}`,
      })),
      ...[...wanted]
        .filter((name) => !given.includes(name))
        .map((name) => ({
          manifest: owner,
          path: `${path}.env`,
          message: `${name} is not set, and ${labels.app} does not start without it`,
        })),
      ...variables.flatMap((variable) => faultOf(variable, shape, labels.app)),
    ];
  });
}

/** Whom it may call is the contract's to say, whether or not a service does. */
function faultOf({ name, manifest, path, value }: Variable, shape: z.ZodRawShape, service = ''): Fault[] {
  const rule = shape[name];
  if (rule === undefined)
    return name.startsWith('UPSTREAM_') ? [] : [{ manifest, path, message: `${service} does not read ${name}` }];
  if (value === undefined) return [];
  const result = z.safeParse(rule, value);
  if (result.success) return [];
  return [{ manifest, path, message: `${name} is ${JSON.stringify(value)}. ${result.error.issues[0]?.message}` }];
}
