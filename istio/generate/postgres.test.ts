import postgres from 'postgres';
import { expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { databaseNames, ownerPassword, postgresServer } from './postgres.ts';
import { readTopology } from './topology.ts';

const [container] = postgresServer(['orders', 'payments'], readTopology()).spec?.template.spec?.containers ?? [];
const probes = [container?.startupProbe, container?.readinessProbe, container?.livenessProbe];

test('PostgreSQL is asked over TCP, where it answers only once its databases are made', () => {
  for (const probe of probes) expect(probe?.exec?.command?.join(' ')).toContain('--host 127.0.0.1');
});

test('PostgreSQL is given half an hour to recover before it is taken for dead', () => {
  const { periodSeconds = 0, failureThreshold = 0 } = container?.startupProbe ?? {};
  expect(periodSeconds * failureThreshold).toBe(30 * 60);
});

test('PostgreSQL is given the password of each owner of a database, and of its superuser', () => {
  const given = container?.env?.filter(({ valueFrom }) => valueFrom?.secretKeyRef).map(({ name }) => name);
  expect(given).toEqual(['POSTGRES_PASSWORD', 'PASSWORD_ORDERS', 'PASSWORD_PAYMENTS']);
});

/** Does what psql would do with the file: reads the passwords from its environment and hands each statement on. */
function statementsOf(file: string, environment: Readonly<Record<string, string>>): string[] {
  let password = '';
  return file.split('\n').flatMap((line) => {
    const [, variable] = /^\\getenv password (\w+)$/.exec(line) ?? [];
    if (variable !== undefined) password = environment[variable] ?? '';
    return variable !== undefined || line === '' ? [] : line.replace(":'password'", `'${password}'`);
  });
}

test('only the owner of a database may connect to it, and may do there what a migration does', async () => {
  const server = process.env.TEST_POSTGRES_URL ?? '';
  const [shop, bank] = ['shop', 'bank'].map((name) => `${name}_${newId().replaceAll('-', '')}`) as [string, string];
  const passwords = { [ownerPassword(shop)]: 'of-shop', [ownerPassword(bank)]: 'of-bank' };
  const statements = statementsOf(databaseNames([shop, bank], readTopology()).data?.['databases.sql'] ?? '', passwords);
  const admin = postgres(server, { max: 1 });
  const as = async (role: string, database: string, statement: string) => {
    const url = Object.assign(new URL(server), { username: role, password: 'of-shop', pathname: `/${database}` });
    const sql = postgres(url.href, { max: 1 });
    return await sql.unsafe(statement).finally(() => sql.end());
  };
  try {
    // The last one closes the server's own database, which other tests use.
    for (const statement of statements.slice(0, -1)) await admin.unsafe(statement);
    expect(statements.at(-1)).toBe('REVOKE ALL ON DATABASE "postgres" FROM PUBLIC;');
    await as(shop, shop, 'create extension pg_trgm');
    await as(shop, shop, 'create table item (id int)');
    await expect(as(shop, bank, 'select 1')).rejects.toThrow('permission denied for database');
    await expect(as(shop, shop, 'create role other')).rejects.toThrow('permission denied');
  } finally {
    for (const name of [shop, bank]) {
      await admin.unsafe(`drop database if exists "${name}" with (force)`);
      await admin.unsafe(`drop role if exists "${name}"`);
    }
    await admin.end();
  }
});
