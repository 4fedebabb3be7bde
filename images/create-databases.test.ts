import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalPostgres, startPostgres } from '#chassis/local/postgres.ts';
import { writeComposeSecrets } from '../cli/commands/secrets-env.ts';
import { skipLoudly } from '../contracts/clients/skip-loudly.fixture.ts';
import { root } from '../contracts/gate/image.ts';

/** The script runs where PostgreSQL's own image brings psql; here it may be missing. */
const hasPsql = spawnSync('psql', ['--version']).status === 0;

let folder: string;
let server: LocalPostgres;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-databases-'));
  await writeComposeSecrets(folder);
  server = await startPostgres({ directory: join(folder, 'postgres'), durable: false });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('each service gets a database that its account may use, and no other account may', async (context) => {
  if (!hasPsql) return skipLoudly(context, 'there is no psql: install postgresql-client');
  const variables = parseEnv(readFileSync(join(folder, 'postgres.env'), 'utf8'));
  const place = { PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'tradewind', POSTGRES_USER: 'tradewind' };
  const env = { PATH: process.env.PATH, ...variables, ...place };
  const run = spawnSync('sh', [join(root, 'images', 'compose', 'create-databases.sh')], { env, encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const as = (user: string, database: string) => {
    const sql = postgres(server.url(database), { user, max: 1, onnotice: () => undefined });
    const answer = sql`create extension if not exists pg_trgm`.then(
      () => 'may',
      (error: Error) => error.message,
    );
    return answer.finally(() => sql.end());
  };
  expect(await as('catalog', 'catalog')).toBe('may');
  expect(await as('catalog', 'orders')).toContain('permission denied for database "orders"');
});
