import { once } from 'node:events';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { newId } from '../ids.ts';
import { eventually } from '../testing/eventually.ts';
import { type Served, serve } from '../testing/serve.ts';
import { implement } from './implementation.ts';

let signals: AbortSignal[] = [];
let served: Served;
beforeEach(() => {
  signals = [];
});
beforeAll(async () => {
  const catalog = implement(CatalogService, {
    async getProduct(_, { signal }) {
      signals.push(signal);
      await once(signal, 'abort');
      return {};
    },
    batchGetProducts: async () => ({}),
    listProducts: async () => ({}),
    searchProducts: async () => ({}),
    upsertProduct: async () => ({}),
    importProducts: async () => ({}),
  });
  served = await serve([catalog], { domain: 'catalog.tradewind', rules: {} });
});
afterAll(() => served.stop());

const http = () => `http://127.0.0.1:${served.httpPort}`;
const ways: [string, () => Transport][] = [
  ['gRPC', () => createGrpcTransport({ baseUrl: `http://127.0.0.1:${served.grpcPort}` })],
  ['Connect over HTTP/1.1', () => createConnectTransport({ baseUrl: http(), httpVersion: '1.1' })],
  ['Connect over HTTP/2', () => createConnectTransport({ baseUrl: http(), httpVersion: '2' })],
  ['gRPC-Web over HTTP/1.1', () => createGrpcWebTransport({ baseUrl: http(), httpVersion: '1.1' })],
];

describe.each(ways)('a handler called by %s', (_, open) => {
  const ask = async (options: { signal?: AbortSignal; timeoutMs?: number }) => {
    const headers = await served.headers({ service: 'gateway' });
    const call = createClient(CatalogService, open()).getProduct({ productId: newId() }, { headers, ...options });
    return call.then(() => expect.unreachable(), ConnectError.from);
  };
  const isTold = () =>
    eventually(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true]), { timeoutMs: 900 });

  it('is told when its caller goes', async () => {
    const caller = new AbortController();
    const asked = ask({ signal: caller.signal, timeoutMs: 20_000 });
    await eventually(() => expect(signals).toHaveLength(1));
    caller.abort();
    expect((await asked).code).toBe(Code.Canceled);
    await isTold();
  });

  it('is told when the time of its call is up', async () => {
    expect((await ask({ timeoutMs: 200 })).code).toBe(Code.DeadlineExceeded);
    await isTold();
  });
});
