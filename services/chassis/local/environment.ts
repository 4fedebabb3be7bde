import { type Authority, TRUST_DOMAIN } from './authority.ts';
import { type LocalCredentials, meshJwks, serviceToken } from './credentials.ts';
import type { InstanceRecord } from './mesh-file.ts';
import { upstreamsOf } from './topology.ts';

/** Where everything in a local mesh is. */
export interface Places {
  natsUrl: string;
  smtpUrl: string;
  databases: Record<string, string>;
  instances: Record<string, InstanceRecord[]>;
}

/** On one machine every caller has the same address, and demonstrations and load tests call as nobody else does. */
const ONE_ADDRESS = {
  RATE_ANONYMOUS: '10000',
  BURST_ANONYMOUS: '20000',
  QUOTA_ANONYMOUS: '0',
  RATE_SIGNED_IN: '10000',
  BURST_SIGNED_IN: '20000',
  QUOTA_SIGNED_IN: '0',
  MAX_CONNECTIONS_PER_ADDRESS: '0',
};

/** The environment of one instance of a service: its ports, its database, the broker, its credentials and where its upstreams are. With an authority services go by certificates. */
export async function environmentOf(
  service: string,
  instance: Pick<InstanceRecord, 'grpcPort' | 'httpPort'>,
  places: Places,
  credentials: LocalCredentials,
  authority?: Authority,
): Promise<Record<string, string>> {
  const { databases, instances } = places;
  const database = databases[service];
  const upstreams = upstreamsOf(service).map((name) => [
    `UPSTREAM_${name.toUpperCase()}`,
    (instances[name] ?? []).map(({ grpcPort }) => `127.0.0.1:${grpcPort}`).join(','),
  ]);
  return {
    // Shells and build servers like to export a HOST of their own.
    HOST: '127.0.0.1',
    ...(instance.grpcPort !== undefined && { GRPC_PORT: String(instance.grpcPort) }),
    HTTP_PORT: String(instance.httpPort),
    NATS_URL: places.natsUrl,
    JWKS_URL: `${authority ? 'https' : 'http'}://127.0.0.1:${instances.identity?.[0]?.httpPort}/.well-known/jwks.json`,
    // The address that people are told: clients of the authorization server compare it letter by letter.
    ISSUER: `http://localhost:${instances.gateway?.[0]?.httpPort}`,
    MESH_JWKS: meshJwks(credentials),
    ...(authority
      ? { ...authority.filesOf(service), TRUST_DOMAIN, JWKS_SERVICE: 'identity' }
      : { SERVICE_TOKEN: await serviceToken(credentials, service) }),
    // One server has to serve eight pools: a few connections that are always busy do more than many that take turns.
    ...(database && { DATABASE_URL: database, DATABASE_POOL: '4' }),
    ...Object.fromEntries(upstreams),
    ...(service === 'gateway' && {
      UPSTREAM_IDENTITY_HTTP: (instances.identity ?? []).map(({ httpPort }) => `127.0.0.1:${httpPort}`).join(','),
    }),
    // Who sends traces elsewhere said so.
    ...(!process.env.OTEL_EXPORTER_OTLP_ENDPOINT && tracing(instances.operations?.[0]?.httpPort, authority)),
    ...(service === 'gateway' && ONE_ADDRESS),
    ...(service === 'notifications' && { SMTP_URL: places.smtpUrl }),
    ...(service === 'identity' && {
      SIGNING_KEY: JSON.stringify(credentials.signingKey),
      // Who wants to see an address blocked sets a lower one.
      ...(!process.env.LOGIN_LIMIT_ADDRESS && { LOGIN_LIMIT_ADDRESS: '200' }),
      BOOTSTRAP_OPERATOR_EMAIL: credentials.operator.email,
      BOOTSTRAP_OPERATOR_PASSWORD: credentials.operator.password,
    }),
  };
}

/** Traces go to operations, which shows them: of each call one a second, because recording all of them costs a busy mesh dearly (ADR 28). */
function tracing(port: number | undefined, authority: Authority | undefined): Record<string, string> {
  if (port === undefined) return {};
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `${authority ? 'https' : 'http'}://127.0.0.1:${port}`,
    ...(authority && { OTLP_SERVICE: 'operations' }),
    ...(!process.env.TRACES_PER_SECOND && { TRACES_PER_SECOND: '1' }),
  };
}
