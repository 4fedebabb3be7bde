import { connect } from 'node:net';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { afterEach, expect, test } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { newId } from '../ids.ts';
import { eventually } from '../testing/eventually.ts';
import { quietLog as log } from '../testing/quiet-log.ts';
import { createGrpcTransport } from './client.ts';
import { Health } from './health.ts';
import { implement } from './implementation.ts';
import { createRpcServer } from './server.ts';

const closes: (() => void)[] = [];
afterEach(() => {
  for (const close of closes.splice(0)) close();
});

/** A server whose GetProduct answers when told, with one call open on each face and protocol. */
async function busyServer() {
  const gate = Promise.withResolvers<void>();
  let inside = 0;
  const catalog = implement(CatalogService, {
    async getProduct({ productId }) {
      inside += 1;
      await gate.promise;
      return { product: { id: productId } };
    },
    batchGetProducts: async () => ({}),
    listProducts: async () => ({}),
    searchProducts: async () => ({}),
    upsertProduct: async () => ({}),
    importProducts: async () => ({}),
  });
  const server = createRpcServer({
    routes: [catalog],
    errors: { domain: 'catalog.tradewind', rules: {} },
    access: [],
    log,
    health: new Health([]),
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
  });
  const { grpcPort = 0, httpPort } = await server.start();
  const grpc = createGrpcTransport({ target: `127.0.0.1:${grpcPort}` });
  closes.push(() => grpc.close());
  const baseUrl = `http://127.0.0.1:${httpPort}`;
  const transports = [
    grpc,
    createConnectTransport({ baseUrl, httpVersion: '1.1' }),
    createConnectTransport({ baseUrl, httpVersion: '2' }),
  ];
  const calls = Promise.allSettled(
    transports.map((transport) =>
      createClient(CatalogService, transport).getProduct({ productId: newId() }, { timeoutMs: 20_000 }),
    ),
  );
  await eventually(() => expect(inside).toBe(transports.length));
  return { server, grpcPort, httpPort, gate, calls };
}

test('calls in flight are answered on both faces while no new connection is taken', async () => {
  const { server, grpcPort, httpPort, gate, calls } = await busyServer();
  let drained = false;
  const draining = server.drain(10_000).then(() => {
    drained = true;
  });
  await eventually(async () => expect(await Promise.all([grpcPort, httpPort].map(isOpen))).toEqual([false, false]));
  expect(drained).toBe(false);
  gate.resolve();
  expect((await calls).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  await draining;
});

test('calls that are still open when the time is over are cut', async () => {
  const { server, calls } = await busyServer();
  await server.drain(100);
  expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
