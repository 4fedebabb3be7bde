/** Reads the one hand-written file about where Tradewind runs, and refuses what cannot be. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { services } from '#chassis/local/topology.ts';

/** The topology is not what it must be. Its message names the path of every bad value and the rule it breaks. */
export class TopologyError extends Error {}

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'It must be a DNS label');
const host = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)+[a-z][-a-z0-9]*$/,
    'It must be a host name in full, as in api.example.com',
  );
const port = z.int().min(1).max(65_535);
const duration = z.string().regex(/^\d+(ms|s|m|h)$/, 'It must be a duration, as in 2s');
const percent = z.int().min(1).max(100);
const version = z
  .string()
  .regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'It must be a version, as in 1.4.0: tags that move are no versions');
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'It must be sha256: and 64 hexadecimal digits');
const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi)?$/, 'It must be a quantity, as in 250m or 256Mi');
const cidr = z.cidrv4('It must be a network, as in 10.0.0.0/8');
const labels = z.record(z.string(), z.string()).refine((all) => Object.keys(all).length > 0, 'It must name a label');
const config = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'It must be a variable in capitals'), z.string());
const image = z
  .string()
  .regex(
    /^[a-z0-9./_-]+(:[\w-]*\d+\.\d+[\w.-]*)?(@sha256:[0-9a-f]{64})?$/,
    'It must be an image, as in docker.io/library/nats:2.14.0',
  )
  .regex(/[:@]/, 'It must name a version or a digest');
const path = z.string().regex(/^\/\S*$/, 'It must be a path');

const place = z.strictObject({ namespace: name, labels });
const outside = z.strictObject({ host, port, cidrs: z.array(cidr).min(1) });

const scaling = z.strictObject({
  min: z.int().min(1).max(100),
  max: z.int().min(1).max(100),
  cpuPercent: percent,
  memoryPercent: percent,
  requestsPerSecond: z.int().min(1),
});
const amounts = z.strictObject({ cpu: quantity, memory: quantity });
const resources = z.strictObject({ requests: amounts, limits: amounts });

const serviceShape = z.strictObject({
  scaling: scaling.partial().optional(),
  resources: resources.optional(),
  config: config.optional(),
});

const environmentShape = z.strictObject({
  host,
  certificate: name,
  version,
  digests: z.record(name, digest).optional(),
  scaling: scaling.partial().optional(),
  tracePercent: percent,
  config,
  data: z.union([z.literal('inside'), z.strictObject({ nats: outside, postgres: outside })], {
    error: "It must be 'inside', or say where nats and postgres are: host, port and cidrs of each",
  }),
  mail: outside,
  provider: z.strictObject({ hosts: z.array(host).min(1) }),
});

const names = services.map((service) => service.name) as [string, ...string[]];

const topologyShape = z.strictObject({
  namespace: name,
  trustDomain: host,
  clusterDomain: host,
  ports: z.strictObject({ grpc: port, http: port }),
  images: z.strictObject({
    registry: z.string().regex(/^[a-z0-9.-]+(\/[a-z0-9._-]+)*$/, 'It must be a registry, as in ghcr.io/acme'),
    nats: image,
    postgres: image,
  }),
  platform: z.strictObject({
    istiod: place.extend({ port }),
    dns: place.extend({ port }),
    ingress: place.extend({ serviceAccount: name }),
    egress: place.extend({ service: name, port }),
    otlp: place.extend({ service: name, port }),
    prometheus: place.extend({ url: z.url() }),
  }),
  jwt: z.strictObject({ audience: z.string().min(1), jwksPath: path }),
  signIn: z.strictObject({ paths: z.array(path).min(1) }),
  edge: z.strictObject({ paths: z.array(path).min(1) }),
  connections: z.strictObject({
    maxRequests: z.int().min(1),
    maxPending: z.int().min(1),
    connectTimeout: duration,
    idleTimeout: duration,
  }),
  defaults: z.strictObject({ scaling, resources }),
  services: z.record(z.enum(names), serviceShape),
  scenarios: z.strictObject({
    service: z.enum(names),
    next: version,
    environment: z.enum(['dev', 'staging', 'production']),
  }),
  environments: z.strictObject({ dev: environmentShape, staging: environmentShape, production: environmentShape }),
  argocd: z.strictObject({
    namespace: name,
    repository: z.url(),
    revision: z.string().min(1),
    clusters: z
      .strictObject({ dev: z.url(), staging: z.url(), production: z.url() })
      .refine(
        (all) => new Set(Object.values(all)).size === Object.keys(all).length,
        'Each environment must have a cluster of its own',
      ),
  }),
});

export type Topology = z.infer<typeof topologyShape>;
export type EnvironmentName = keyof Topology['environments'];
export type Environment = Topology['environments'][EnvironmentName];
export type Scaling = Topology['defaults']['scaling'];

export const environmentNames: readonly EnvironmentName[] = ['dev', 'staging', 'production'];

/** Who issues the tokens of an environment: the address it is known by outside. */
export function issuerOf({ host }: Environment): string {
  return `https://${host}`;
}

/** Checks the text of a topology. Throws TopologyError with a line for each bad value. */
export function parseTopology(text: string): Topology {
  const result = topologyShape.safeParse(parse(text));
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new TopologyError(`istio/topology.yaml cannot be used.\n  ${lines.join('\n  ')}`);
}

export function readTopology(): Topology {
  return parseTopology(readFileSync(new URL('../topology.yaml', import.meta.url), 'utf8'));
}
