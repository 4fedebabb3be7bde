import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type LocalCredentials, localCredentials, meshJwks, serviceToken } from '#chassis/local/credentials.ts';
import { type LoadResult, loadUnary } from './grpc-load.ts';
import { path, requestBytes } from './servers/product.ts';

/** One server under load: CPU in microseconds per call. */
export interface ServerResult extends LoadResult {
  server: string;
  cpuPerCall: number;
}

const CALLS = 30_000;
const WARM_UP = 10_000;
const CONCURRENCY = 64;

const servers: [name: string, script: string, ...args: string[]][] = [
  ['raw node:http2', 'raw-http2.ts'],
  ['bare grpc-js', 'bare-grpc-js.ts'],
  ['chassis, full chain (grpc-js)', 'chassis.ts', 'grpc'],
  ['connect-node, same chain', 'chassis.ts', 'http'],
];

/** Loads each server alike, one after the other, with the same caller. */
export async function benchServers(directory: string): Promise<ServerResult[]> {
  const credentials = await localCredentials(directory);
  const results: ServerResult[] = [];
  for (const [name, script, ...args] of servers) results.push(await benchServer(name, script, args, credentials));
  return results;
}

async function benchServer(
  name: string,
  script: string,
  args: string[],
  credentials: LocalCredentials,
): Promise<ServerResult> {
  const child = fork(fileURLToPath(new URL(`./servers/${script}`, import.meta.url)), args, {
    env: { ...process.env, MESH_JWKS: meshJwks(credentials) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const cpu = async () => {
    child.send('cpu');
    const [message] = (await once(child, 'message')) as [{ cpu: number }];
    return message.cpu;
  };
  const headers = { 'x-tradewind-service': await serviceToken(credentials, 'gateway') };
  const load = (calls: number) =>
    loadUnary({ port, path, body: requestBytes, headers, calls, concurrency: CONCURRENCY });
  await load(WARM_UP);
  const before = await cpu();
  const result = await load(CALLS);
  const cpuPerCall = ((await cpu()) - before) / CALLS;
  child.disconnect();
  await once(child, 'exit');
  return { server: name, cpuPerCall, ...result };
}
