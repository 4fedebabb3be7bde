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

interface BenchedServer {
  name: string;
  script: string;
  args?: string[];
  headers?: Record<string, string>;
}

const servers: readonly BenchedServer[] = [
  { name: 'raw node:http2', script: 'raw-http2.ts' },
  { name: 'bare grpc-js', script: 'bare-grpc-js.ts' },
  { name: 'chassis, full chain (grpc-js)', script: 'chassis.ts', args: ['grpc'] },
  // Who says how a message is compressed, even that it is not, is answered by connect-node.
  { name: 'connect-node, same chain', script: 'chassis.ts', args: ['http'], headers: { 'grpc-encoding': 'identity' } },
  { name: 'chassis, full chain (HTTP port)', script: 'chassis.ts', args: ['http'] },
];

/** Loads each server alike, one after the other, with the same caller. */
export async function benchServers(directory: string): Promise<ServerResult[]> {
  const credentials = await localCredentials(directory);
  const results: ServerResult[] = [];
  for (const server of servers) results.push(await benchServer(server, credentials));
  return results;
}

async function benchServer(
  { name, script, args = [], headers: own = {} }: BenchedServer,
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
  const headers = { ...own, 'x-tradewind-service': await serviceToken(credentials, 'gateway') };
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
