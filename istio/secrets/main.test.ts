import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readMesh } from '../generate/mesh.ts';
import { ownerPassword } from '../generate/postgres.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tradewind-secrets-'));

afterAll(() => rmSync(folder, { recursive: true }));

const owners = readMesh().flatMap(({ name, database }) => (database ? [name] : []));

function printed(): Map<string, Record<string, string>> {
  const text = execFileSync(process.execPath, [main, 'dev', folder], { encoding: 'utf8' });
  const secrets = parseAllDocuments(text).map((document) => document.toJS());
  return new Map(secrets.map(({ metadata, stringData }) => [metadata.name, stringData]));
}

test('inside the cluster each service signs in to its own database, with a password that only it and the server know', () => {
  const first = printed();
  const server = first.get('postgres-secrets') ?? {};
  const signIns = owners.map((name) => new URL(first.get(`${name}-secrets`)?.DATABASE_URL ?? ''));
  expect(signIns.map(({ username, pathname }) => [username, pathname])).toEqual(
    owners.map((name) => [name, `/${name}`]),
  );
  expect(signIns.map(({ password }) => password)).toEqual(owners.map((name) => server[ownerPassword(name)]));
  expect(new Set(Object.values(server)).size).toBe(owners.length + 1);
  expect(printed().get('postgres-secrets')).toEqual(server);
});

test('outside the cluster a server that is reached without TLS is refused', () => {
  const urls = owners.map((name) => [
    `DATABASE_URL_${name.toUpperCase()}`,
    `postgres://db.example/${name}?sslmode=verify-full`,
  ]);
  const run = (changed: Record<string, string>) =>
    spawnSync(process.execPath, [main, 'production', folder], {
      encoding: 'utf8',
      env: { ...process.env, ...Object.fromEntries(urls), NATS_URL: 'tls://nats.example:4222', ...changed },
    });
  expect(run({})).toMatchObject({ status: 0, stderr: '' });
  expect(run({ NATS_URL: 'nats://nats.example:4222' })).toMatchObject({ status: 1, stdout: '' });
  expect(run({ DATABASE_URL_ORDERS: 'postgres://db.example/orders?sslmode=require' })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('DATABASE_URL_ORDERS must say sslmode=verify-full'),
  });
});
