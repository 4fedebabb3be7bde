import { z } from 'zod';

/** The environment does not say what a service needs. Its message is one line a person can act on. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** Variables whose values must not be shown; addresses of servers may hold a password. */
const SECRET = /KEY|TOKEN|PASSWORD|SECRET|OAUTH_CLIENTS|(DATABASE|NATS|SMTP)_URL/;

/** A whole number written in decimal, within bounds. */
export const wholeNumber = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

function isOrigin(text: string): boolean {
  return URL.parse(text)?.origin === text;
}

/** What every service reads from its environment. A service spreads it into its own shape. */
export const baseConfig = {
  HOST: z.string().min(1).default('127.0.0.1'),
  GRPC_PORT: wholeNumber(0, 65535).default(0),
  HTTP_PORT: wholeNumber(0, 65535).default(0),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL: wholeNumber(1, 100).default(10),
  NATS_URL: z.url({ protocol: /^(nats|tls)$/ }).optional(),
  JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Who issues tokens: the address that browsers and partners know this system by. */
  ISSUER: z
    .url({ protocol: /^https?$/ })
    .refine(isOrigin, 'It must be scheme, host and port only, as in https://api.example.org')
    .default('http://localhost:8080'),
  MESH_JWKS: z.string().optional(),
  SERVICE_TOKEN: z.string().optional(),
  /** By which the service gets its tokens from identity instead; its client has the name of the service, unless said otherwise. */
  OAUTH_CLIENT_ID: z.string().optional(),
  OAUTH_CLIENT_SECRET: z.string().optional(),
  OAUTH_TOKEN_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Mutual TLS with other services: files in PEM, and the domain of the names in certificates. All four or none. */
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  TLS_CA: z.string().optional(),
  TRUST_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/, 'It must be a name of lower case letters, digits, dots and hyphens')
    .optional(),
  /** With mutual TLS, the service that publishes the keys at JWKS_URL. */
  JWKS_SERVICE: z.string().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** With mutual TLS, the service of the mesh that takes traces at that address; unset, somebody outside does. */
  OTLP_SERVICE: z.string().optional(),
  /** The most traces of each name that this process begins in a second; unset, all are recorded. */
  TRACES_PER_SECOND: z.coerce.number().min(0).max(1_000_000).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  /** 1 lets calls be made to fail on purpose. */
  FAULTS_ALLOWED: z.enum(['0', '1']).default('0'),
  DRAIN_SECONDS: wholeNumber(0, 30).default(30),
} as const;

/** Reads and checks the environment once. Throws ConfigError naming the first bad variable, its value (unless secret) and the rule. */
export function loadConfig<T extends z.ZodRawShape>(
  shape: T,
  environment: Record<string, string | undefined> = process.env,
): z.infer<z.ZodObject<T>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = z.object(shape).safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = String(issue?.path[0] ?? 'environment');
  const value = given[name];
  const shown = value === undefined ? 'not set' : SECRET.test(name) ? '(secret)' : JSON.stringify(value);
  throw new ConfigError(`Bad configuration: ${name} is ${shown}. ${issue?.message ?? 'It is not valid'}.`);
}
