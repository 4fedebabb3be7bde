import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const secrets = (...words: string[]) =>
  execFileSync(process.execPath, [main, 'secrets', ...words], { encoding: 'utf8' });
const variablesOf = (service: string) => parseEnv(readFileSync(join(folder, `${service}.env`), 'utf8'));

test('only their owner can read them', () => {
  secrets(folder);
  const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o600]));
});

test('each service gets a token that the others believe, and its own database', async () => {
  secrets(folder);
  const { SERVICE_TOKEN = '', DATABASE_URL } = variablesOf('orders');
  const verifier = createTokenVerifier({ meshJwks: variablesOf('payments').MESH_JWKS ?? '' });
  expect(await verifier.service(SERVICE_TOKEN)).toBe('orders');
  expect(DATABASE_URL).toBe(
    `postgres://orders:${variablesOf('postgres').DATABASE_PASSWORD_ORDERS}@postgres:5432/orders`,
  );
});

test('no service is told the secrets of another', () => {
  secrets(folder);
  expect(Object.keys(variablesOf('orders')).sort()).toEqual(['DATABASE_URL', 'MESH_JWKS', 'SERVICE_TOKEN']);
  expect(Object.keys(variablesOf('gateway')).sort()).toEqual(['MESH_JWKS', 'SERVICE_TOKEN']);
});

test('made again, keys and passwords stay, since databases and sessions know them', () => {
  secrets(folder);
  const before = [variablesOf('postgres'), variablesOf('identity').SIGNING_KEY];
  secrets(folder);
  expect([variablesOf('postgres'), variablesOf('identity').SIGNING_KEY]).toEqual(before);
});

test('for a cluster they are printed as Secrets', () => {
  const printed = parseAllDocuments(secrets('--format', 'kubernetes', '--environment', 'dev', folder));
  expect(printed.map((each) => each.get('kind'))).toEqual(printed.map(() => 'Secret'));
  expect(printed.length).toBeGreaterThan(8);
});

test('which cluster must be said', () => {
  expect(() => secrets('--format', 'kubernetes', folder)).toThrow('--environment');
});
