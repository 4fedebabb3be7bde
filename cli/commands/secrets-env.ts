import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localCredentials, meshJwks, serviceToken } from '#chassis/local/credentials.ts';
import { services } from '#chassis/local/topology.ts';

/** Variables by name. */
type Variables = Record<string, string>;

/**
 * Writes what `compose.yaml` reads: a file of variables for PostgreSQL and for each service, which holds that service's secrets and no others. Keys and passwords
 * that the folder holds already stay; service tokens are good for 30 days and made anew. Answers the files.
 */
export async function writeComposeSecrets(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = Object.entries(await composeSecrets(folder));
  return files.map(([name, variables]) => {
    const file = join(folder, `${name}.env`);
    writeFileSync(file, Object.entries(variables).map(lineOf).join(''), { mode: 0o600 });
    return file;
  });
}

async function composeSecrets(folder: string): Promise<Record<string, Variables>> {
  const credentials = await localCredentials(folder);
  const owners = services.filter(({ database }) => database).map(({ name }) => name);
  const passwords = passwordsIn(folder, ['postgres', ...owners]);
  const ofServices = services.map(
    async ({ name, database }): Promise<[string, Variables]> => [
      name,
      {
        MESH_JWKS: meshJwks(credentials),
        SERVICE_TOKEN: await serviceToken(credentials, name),
        ...(database && { DATABASE_URL: `postgres://${name}:${passwords[name]}@postgres:5432/${name}` }),
        ...(name === 'identity' && {
          SIGNING_KEY: JSON.stringify(credentials.signingKey),
          BOOTSTRAP_OPERATOR_EMAIL: credentials.operator.email,
          BOOTSTRAP_OPERATOR_PASSWORD: credentials.operator.password,
        }),
      },
    ],
  );
  const ofOwners = owners.map((name) => [`DATABASE_PASSWORD_${name.toUpperCase()}`, passwords[name]]);
  const postgres = {
    POSTGRES_PASSWORD: passwords.postgres,
    DATABASES: owners.join(' '),
    ...Object.fromEntries(ofOwners),
  };
  return { ...Object.fromEntries(await Promise.all(ofServices)), postgres };
}

/** A password for each of `names`, the same as the last time: databases keep theirs. */
function passwordsIn(folder: string, names: readonly string[]): Record<string, string> {
  const file = join(folder, 'passwords.json');
  const known: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const all = Object.fromEntries(names.map((name) => [name, known[name] ?? randomBytes(24).toString('hex')]));
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  return all;
}

/** In single quotes nothing is taken for a variable. No value of ours has one. */
function lineOf([name, value]: [string, string]): string {
  return `${name}='${value}'\n`;
}
