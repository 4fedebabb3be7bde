/**
 * Prints the Secrets of an environment, for `kubectl apply -f -`: `node istio/secrets/main.ts <environment> <folder>`. The folder keeps what was made up, keys
 * and passwords, so that the next run says the same. Addresses of servers outside the cluster come from DATABASE_URL_<SERVICE>, NATS_URL and SMTP_URL.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { localCredentials } from '#chassis/local/credentials.ts';
import { readMesh } from '../generate/mesh.ts';
import { ownerPassword } from '../generate/postgres.ts';
import { outsides } from '../generate/surroundings.ts';
import { environmentNames, readTopology } from '../generate/topology.ts';
import { natsAddress, postgresAddress } from './outside-address.ts';
import { secrets } from './secrets.ts';

const [, , environmentName, folder] = process.argv;
const name = environmentNames.find((each) => each === environmentName);
if (name === undefined || folder === undefined) {
  process.stderr.write(`usage: node istio/secrets/main.ts ${environmentNames.join('|')} <folder>\n`);
  process.exit(2);
}

try {
  process.stdout.write(await printed(name, folder));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

async function printed(environment: (typeof environmentNames)[number], keptIn: string): Promise<string> {
  mkdirSync(keptIn, { recursive: true, mode: 0o700 });
  const topology = readTopology();
  const here = topology.environments[environment];
  const { nats, postgres, mail } = outsides(topology, here);
  const inside = here.data === 'inside';
  const mesh = readMesh();
  const owners = mesh.filter(({ database }) => database).map((node) => node.name);
  const made = await secrets(mesh, topology, {
    credentials: await localCredentials(keptIn),
    databaseUrl: (service) =>
      inside
        ? `postgres://${service}:${passwordIn(keptIn, `postgres-${service}`)}@${postgres.host}:${postgres.port}/${service}`
        : fromEnvironment(`DATABASE_URL_${service.toUpperCase()}`, postgresAddress),
    natsUrl: inside ? `nats://${nats.host}:${nats.port}` : fromEnvironment('NATS_URL', natsAddress),
    smtpUrl: process.env.SMTP_URL ?? `smtp://${mail.host}:${mail.port}`,
    ...(inside && { postgres: postgresPasswords(keptIn, owners) }),
  });
  return made.map((secret) => stringify(secret, { lineWidth: 0 })).join('---\n');
}

function postgresPasswords(keptIn: string, owners: readonly string[]): Record<string, string> {
  const own = owners.map((service) => [ownerPassword(service), passwordIn(keptIn, `postgres-${service}`)]);
  return { POSTGRES_PASSWORD: passwordIn(keptIn, 'postgres'), ...Object.fromEntries(own) };
}

function passwordIn(keptIn: string, whose: string): string {
  const file = join(keptIn, `${whose}-password`);
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

function fromEnvironment(variable: string, checked: (variable: string, value: string) => string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set: the manifests do not say how to sign in there`);
  return checked(variable, value);
}
