import { once } from 'node:events';
import { createServer } from 'node:net';
import { createClient } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { answerIntrospection } from '#chassis/introspection/answer-introspection.ts';
import type { Running } from '#chassis/life-cycle.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { Health } from '#chassis/rpc/health.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import { serve } from '#chassis/testing/serve.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { startOperations, type TestOperations } from './operations.fixture.ts';

let mesh: TestOperations;
let instance: Running;
beforeAll(async () => {
  mesh = await startOperations();
});
afterAll(() => mesh.stop());
afterEach(() => instance.stop());

/** This process, as an instance of `service`, and known to operations: what it counts from now on counts there. */
async function become(service: string): Promise<void> {
  const health = new Health([]);
  health.enter('serving');
  instance = answerIntrospection({
    url: mesh.nats.url,
    service,
    version: '1',
    health,
    log: quietLog,
    instance: service,
  });
  const maps = (await mesh.client()).watchServiceMap({});
  for await (const { map } of maps) {
    if (map?.services.some(({ name, instances }) => name === service && instances.length > 0)) break;
  }
}

async function levelOf(service: string, rpc: string) {
  const { levels } = await (await mesh.client()).getServiceLevels({ service });
  return levels.find((level) => level.rpc.endsWith(`/${rpc}`));
}

const many = (count: number, call: () => Promise<unknown>) => Promise.allSettled(Array.from({ length: count }, call));
const parcel = {
  address: { recipient: 'Ada', line1: '1 Row', city: 'Berlin', postalCode: '10115', countryCode: 'DE' },
};

test('calls of a service that is gone, or that does not answer, count as failed', async () => {
  await become('gateway');
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  for (const target of [`127.0.0.1:${port}`, '127.0.0.1:9']) {
    const transport = createGrpcTransport({ target });
    const shipping = createClient(ShippingService, transport);
    await many(4, () =>
      shipping.quoteShipping({ ...parcel, weightGrams: 1n, currencyCode: 'EUR' }, { timeoutMs: 100 }),
    );
    await many(4, () => shipping.createShipment({}, { timeoutMs: 100 }));
    transport.close();
  }
  silent.close();
  await eventually(
    async () => {
      for (const rpc of ['QuoteShipping', 'CreateShipment'])
        expect(await levelOf('shipping', rpc)).toMatchObject({
          calls: 8n,
          errors: 8n,
          availabilityPercent: 0,
          met: false,
        });
    },
    { timeoutMs: 20_000 },
  );
}, 30_000);

test('a call whose time ran out at a service that is there counts once', async () => {
  await become('catalog');
  const slow = implement(CatalogService, {
    async getProduct(_, { signal }) {
      await once(signal, 'abort');
      return {};
    },
    batchGetProducts: async () => ({}),
    listProducts: async () => ({}),
    searchProducts: async () => ({}),
    upsertProduct: async () => ({}),
    importProducts: async () => ({}),
  });
  const served = await serve([slow], { domain: 'catalog.tradewind', rules: {} });
  const catalog = await served.client(CatalogService, { service: 'gateway' });
  const productId = '0190a3c2-0000-7000-8000-000000000001';
  await many(3, () => catalog.getProduct({ productId }, { timeoutMs: 300 }));
  await many(2, () => catalog.batchGetProducts({ productIds: [productId] }));
  await eventually(
    async () => {
      expect(await levelOf('catalog', 'GetProduct')).toMatchObject({ calls: 3n, errors: 3n });
      expect(await levelOf('catalog', 'BatchGetProducts')).toMatchObject({ calls: 2n, errors: 0n });
    },
    { timeoutMs: 20_000 },
  );
  await served.stop();
}, 30_000);
