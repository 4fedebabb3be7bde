import type { ISecret } from 'kubernetes-models/v1/Secret';
import { type LocalCredentials, meshJwks, serviceToken } from '#chassis/local/credentials.ts';
import type { MeshService } from '../generate/mesh.ts';
import { metadata, secretName } from '../generate/names.ts';
import { secretsOf } from '../generate/secrets.ts';
import type { Topology } from '../generate/topology.ts';

/** What an environment keeps to itself. */
export interface Given {
  readonly credentials: LocalCredentials;
  /** The addresses of servers, with user and password. */
  databaseUrl(service: string): string;
  readonly natsUrl: string;
  readonly smtpUrl: string;
  /** What the PostgreSQL inside the cluster is told when its volume is empty, where there is one: the passwords of its superuser and of each database's owner. */
  readonly postgres?: Readonly<Record<string, string>>;
}

/** The Secrets that the manifests name, with their values. Service tokens are good for 30 days: make them anew before. */
export async function secrets(mesh: readonly MeshService[], topology: Topology, given: Given): Promise<ISecret[]> {
  const values = new Map<string, Record<string, string>>();
  for (const { name, database } of mesh) {
    const known = await valuesOf(name, database, given);
    for (const { secret, variable, optional } of secretsOf({ name, database })) {
      const value = known[variable];
      if (value === undefined && !optional) throw new Error(`${secret}: nothing is known of ${variable}`);
      if (value !== undefined) values.set(secret, { ...values.get(secret), [variable]: value });
    }
  }
  if (given.postgres) values.set(secretName('postgres'), { ...given.postgres });
  return [...values].map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata(name, topology.namespace),
    type: 'Opaque',
    stringData,
  }));
}

async function valuesOf(service: string, database: boolean, given: Given): Promise<Record<string, string>> {
  const { credentials } = given;
  return {
    MESH_JWKS: meshJwks(credentials),
    SERVICE_TOKEN: await serviceToken(credentials, service),
    ...(database && { DATABASE_URL: given.databaseUrl(service) }),
    NATS_URL: given.natsUrl,
    SMTP_URL: given.smtpUrl,
    SIGNING_KEY: JSON.stringify(credentials.signingKey),
    BOOTSTRAP_OPERATOR_EMAIL: credentials.operator.email,
    BOOTSTRAP_OPERATOR_PASSWORD: credentials.operator.password,
  };
}
