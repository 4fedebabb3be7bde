import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { registry } from '#chassis/metrics.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { errorOf, failure, peer, transportTo, type Unary } from './client.fixture.ts';
import { codeName } from './code-name.ts';
import { isUnreached } from './unreached.ts';

const NOWHERE = '127.0.0.1:9';
const user = { email: 'a@b.c', password: 'secret' };

interface Sample {
  labels: Partial<Record<string, string | number>>;
  value: number;
  metricName?: string;
}

async function samplesOf(metric: string): Promise<Sample[]> {
  const found: { values: Sample[] } = (await registry.getSingleMetric(metric)?.get()) ?? { values: [] };
  return found.values;
}

/** How many calls of an RPC met nobody so far. */
async function unreached(rpc: string): Promise<number> {
  const samples = await samplesOf('tradewind_rpc_client_unreached_total');
  return samples.find(({ labels }) => labels.rpc === rpc)?.value ?? 0;
}

test('a call to nobody is counted, and one that was answered is not', async () => {
  const rpc = `${IdentityService.typeName}/Login`;
  await errorOf(createClient(IdentityService, transportTo(NOWHERE)).login(user));
  expect(await unreached(rpc)).toBe(1);
  const login: Unary = (_, answer) => answer(failure(Code.NotFound));
  await errorOf(createClient(IdentityService, transportTo(await peer({ login }))).login(user));
  expect(await unreached(rpc)).toBe(1);
});

test('a call that waited until its time was over may be known to the other side, and is not counted', async () => {
  const getProduct: Unary = () => undefined;
  const catalog = createClient(CatalogService, transportTo(await peer({ getProduct })));
  expect((await errorOf(catalog.getProduct({ productId: 'p1' }, { timeoutMs: 100 }))).code).toBe(Code.DeadlineExceeded);
  expect(await unreached(`${CatalogService.typeName}/GetProduct`)).toBe(0);
});

test('a call that an open circuit kept back is counted', async () => {
  const rpc = `${CatalogService.typeName}/BatchGetProducts`;
  const batchGetProducts: Unary = () => undefined;
  const catalog = createClient(CatalogService, transportTo(await peer({ batchGetProducts })));
  const ask = () => errorOf(catalog.batchGetProducts({ productIds: ['p1'] }, { timeoutMs: 100 }));
  await Promise.all(Array.from({ length: 10 }, ask));
  const before = await unreached(rpc);
  expect((await ask()).rawMessage).toContain('circuit open');
  expect(await unreached(rpc)).toBe(before + 1);
});

test('a stream that met nobody is counted, and not as one that went well', async () => {
  const rpc = `${InventoryService.typeName}/WatchStock`;
  const inventory = createClient(InventoryService, transportTo(NOWHERE));
  await errorOf(Array.fromAsync(inventory.watchStock({ productIds: ['p1'] })));
  expect(await unreached(rpc)).toBe(1);
  const ended = await samplesOf('tradewind_rpc_client_duration_seconds');
  const codes = ended.filter(({ labels, metricName }) => labels.rpc === rpc && metricName?.endsWith('_count'));
  expect(codes.map(({ labels, value }) => [labels.code, value])).toEqual([[codeName(Code.Unavailable), 1]]);
});

test('what is no failed call met somebody', () => {
  expect(isUnreached(undefined)).toBe(false);
  expect(isUnreached(new Error('a mistake here'))).toBe(false);
  expect(isUnreached(new ConnectError('the caller left', Code.Canceled))).toBe(false);
});
