import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport as connectNodeTransport } from '@connectrpc/connect-node';
import { Client, credentials as channelCredentials, Metadata } from '@grpc/grpc-js';
import { type LocalCredentials, localCredentials, meshJwks, serviceToken } from '#chassis/local/credentials.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import {
  CatalogService,
  GetProductRequestSchema,
  GetProductResponseSchema,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { path, request } from './servers/product.ts';

/** One client calling: CPU of the calling process in microseconds per call. */
export interface ClientResult {
  client: string;
  cpuPerCall: number;
  perSecond: number;
}

const CALLS = 20_000;
const WARM_UP = 5_000;
const CONCURRENCY = 32;

/** Calls one server with each client alike, one after the other, in this process. */
export async function benchClients(directory: string): Promise<ClientResult[]> {
  const keys = await localCredentials(directory);
  const token = await serviceToken(keys, 'gateway');
  const { port, stop } = await startServer(keys);
  const ours = createGrpcTransport({ target: `127.0.0.1:${port}`, serviceToken: token });
  const theirs = connectNodeTransport({
    baseUrl: `http://127.0.0.1:${port}`,
    interceptors: [
      (next) => (call) => {
        call.header.set('x-tradewind-service', token);
        return next(call);
      },
    ],
  });
  const bare = bareClient(port, token);
  const [chassis, connectNode] = [createClient(CatalogService, ours), createClient(CatalogService, theirs)];
  try {
    return [
      await measure('bare grpc-js', bare.call),
      await measure('chassis (grpc-js)', () => chassis.getProduct(request)),
      await measure('connect-node', () => connectNode.getProduct(request)),
    ];
  } finally {
    ours.close();
    bare.close();
    stop();
  }
}

function bareClient(port: number, token: string) {
  const client = new Client(`127.0.0.1:${port}`, channelCredentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('x-tradewind-service', token);
  const encode = (message: typeof request) => Buffer.from(toBinary(GetProductRequestSchema, message));
  const decode = (bytes: Buffer) => fromBinary(GetProductResponseSchema, bytes);
  return {
    call: () =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, encode, decode, request, metadata, (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      }),
    close: () => client.close(),
  };
}

async function startServer(keys: LocalCredentials) {
  const child = fork(fileURLToPath(new URL('./servers/chassis.ts', import.meta.url)), ['grpc'], {
    env: { ...process.env, MESH_JWKS: meshJwks(keys) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { port, stop: () => child.disconnect() };
}

async function measure(client: string, call: () => Promise<unknown>): Promise<ClientResult> {
  await repeat(WARM_UP, call);
  const begin = performance.now();
  const before = process.cpuUsage();
  await repeat(CALLS, call);
  const { user, system } = process.cpuUsage(before);
  return { client, cpuPerCall: (user + system) / CALLS, perSecond: CALLS / ((performance.now() - begin) / 1000) };
}

async function repeat(calls: number, call: () => Promise<unknown>): Promise<void> {
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
