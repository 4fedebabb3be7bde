import { setImmediate } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import {
  CatalogService,
  ImportFormat,
  type ImportProductsRequest,
  ImportProductsRequestSchema,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { DomainError, type ErrorTable } from '../domain-error.ts';
import { newId } from '../ids.ts';
import { type Served, serve } from '../testing/serve.ts';
import { currentCall } from './call.ts';
import { implement } from './implementation.ts';

const errors: ErrorTable = {
  domain: 'catalog.tradewind',
  rules: { PRODUCT_NOT_FOUND: { code: Code.NotFound, message: 'no product {product_id}' } },
};
const unknown = newId();
const broken = newId();
const slow = newId();
const crowded = newId();
/** Calls for `crowded` are answered when so many wait. */
const CROWD = 1_000;
let crowd = Promise.withResolvers<void>();
let waiting = 0;
let streamsEnded = 0;
const signals: AbortSignal[] = [];

function crowdGathered(): Promise<void> {
  const { promise, resolve } = crowd;
  waiting += 1;
  if (waiting === CROWD) {
    waiting = 0;
    crowd = Promise.withResolvers();
    resolve();
  }
  return promise;
}

const catalog = implement(CatalogService, {
  async getProduct({ productId }, call) {
    signals.push(call.signal);
    if (productId === unknown) throw new DomainError('PRODUCT_NOT_FOUND', { product_id: productId });
    if (productId === broken) throw new Error('password=hunter2');
    if (productId === slow) await new Promise((_, reject) => call.signal.addEventListener('abort', reject));
    if (productId === crowded) await crowdGathered();
    return { product: { id: productId, title: currentCall()?.correlationId ?? 'no call' } };
  },
  batchGetProducts: async () => ({}),
  listProducts: async () => ({}),
  searchProducts: async () => ({}),
  upsertProduct: async () => ({}),
  async importProducts(parts: AsyncIterable<ImportProductsRequest>) {
    let read = 0;
    for await (const { part } of parts) read += part.case === 'chunk' ? part.value.length : 0;
    return { read };
  },
});
const inventory = implement(InventoryService, {
  getAvailability: async () => ({}),
  reserveStock: async () => ({}),
  commitReservation: async () => ({}),
  releaseReservation: async () => ({}),
  adjustStock: async () => ({}),
  async *watchStock({ productIds }, call) {
    try {
      for (let version = 1n; ; version++) {
        if (version === 4n && productIds[0] === unknown)
          throw new DomainError('PRODUCT_NOT_FOUND', { product_id: unknown });
        await setImmediate(undefined, { signal: call.signal });
        yield { availability: { productId: productIds[0] ?? '', version } };
      }
    } finally {
      streamsEnded++;
    }
  },
});

let served: Served;
beforeAll(async () => {
  // A crowd that waits for itself would never fit through the gate.
  served = await serve([catalog, inventory], errors, {
    concurrency: { start: 2 * CROWD, min: 2 * CROWD, max: 2 * CROWD },
  });
});
afterAll(() => served.stop());

const gateway = { service: 'gateway' };
const failure = async (work: Promise<unknown>): Promise<ConnectError> =>
  work.then(() => expect.unreachable(), ConnectError.from);

describe.each(['client', 'httpClient'] as const)('a service called through %s', (face) => {
  it('answers a unary call inside a call context', async () => {
    const client = await served[face](CatalogService, gateway);
    const { product } = await client.getProduct({ productId: newId() }, { headers: { 'x-correlation-id': 'abc-1' } });
    expect(product?.title).toBe('abc-1');
  });

  it('names every field of an empty request and the rule it breaks, with one ErrorInfo', async () => {
    const error = await failure((await served[face](CatalogService, gateway)).getProduct({}));
    expect(error.code).toBe(Code.InvalidArgument);
    expect(error.findDetails(ErrorInfoSchema).map(({ reason }) => reason)).toEqual(['VALIDATION_FAILED']);
    expect(error.findDetails(BadRequestSchema)[0]?.fieldViolations.map(({ field }) => field)).toEqual(['product_id']);
  });

  it('turns a domain error into its code, message and one ErrorInfo', async () => {
    const error = await failure((await served[face](CatalogService, gateway)).getProduct({ productId: unknown }));
    expect([error.code, error.rawMessage]).toEqual([Code.NotFound, `no product ${unknown}`]);
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: 'PRODUCT_NOT_FOUND', domain: 'catalog.tradewind', metadata: { product_id: unknown } },
    ]);
  });

  it('lets nothing internal out', async () => {
    const error = await failure((await served[face](CatalogService, gateway)).getProduct({ productId: broken }));
    expect(error.code).toBe(Code.Internal);
    expect(error.rawMessage).not.toContain('hunter2');
  });

  it('stops when the deadline passes', async () => {
    const client = await served[face](CatalogService, gateway);
    const error = await failure(client.getProduct({ productId: slow }, { timeoutMs: 150 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
  });

  it('leaves the work of a call alone once it is answered, and ends what a call that failed has begun', async () => {
    const client = await served[face](CatalogService, gateway);
    const from = signals.length;
    await client.getProduct({ productId: newId() });
    await failure(client.getProduct({ productId: unknown }));
    await expect.poll(() => signals[from + 1]?.aborted).toBe(true);
    expect(signals[from]?.aborted).toBe(false);
  });

  it('tells an unknown caller from a caller that may not', async () => {
    const nobody = await failure((await served[face](CatalogService, {})).getProduct({ productId: newId() }));
    const other = await failure(
      (await served[face](CatalogService, { service: 'payments' })).getProduct({ productId: newId() }),
    );
    expect([nobody.code, other.code]).toEqual([Code.Unauthenticated, Code.PermissionDenied]);
  });

  it('streams answers and stops making them when the caller hangs up', async () => {
    const ended = streamsEnded;
    const client = await served[face](InventoryService, gateway);
    const versions: bigint[] = [];
    const hangUp = new AbortController();
    for await (const { availability } of client.watchStock({ productIds: [newId()] }, { signal: hangUp.signal })) {
      versions.push(availability?.version ?? 0n);
      if (versions.length === 3) break;
    }
    hangUp.abort();
    expect(versions).toEqual([1n, 2n, 3n]);
    await expect.poll(() => streamsEnded).toBeGreaterThan(ended);
  });

  it('converts an error in the middle of a stream', async () => {
    const client = await served[face](InventoryService, gateway);
    const read = async () => {
      for await (const _ of client.watchStock({ productIds: [unknown] }));
    };
    expect((await failure(read())).code).toBe(Code.NotFound);
  });

  it('reads a stream of requests', async () => {
    const merchant = { service: 'gateway', user: { id: newId(), roles: ['MERCHANT'] } };
    const client = await served[face](CatalogService, merchant);
    async function* parts() {
      yield create(ImportProductsRequestSchema, {
        part: { case: 'header', value: { format: ImportFormat.CSV, defaultCurrency: 'EUR' } },
      });
      yield create(ImportProductsRequestSchema, { part: { case: 'chunk', value: new Uint8Array(10) } });
    }
    expect((await client.importProducts(parts())).read).toBe(10);
  });
});

describe('a thousand calls open at once on one session', () => {
  const clients = {
    'Connect over HTTP/2': () => {
      const baseUrl = `http://127.0.0.1:${served.httpPort}`;
      return createClient(CatalogService, createConnectTransport({ baseUrl, httpVersion: '2' }));
    },
    'gRPC over HTTP/2': () => {
      const baseUrl = `http://127.0.0.1:${served.grpcPort}`;
      return createClient(CatalogService, createGrpcTransport({ baseUrl }));
    },
  };

  it.each(Object.entries(clients))('are all answered, three times over: %s', async (_, open) => {
    const client = await open();
    // As much as tokens, cookies and baggage may weigh: what a session may hold in memory counts as well as how many calls it has.
    const headers = { ...(await served.headers(gateway)), 'x-baggage': 'x'.repeat(12_000) };
    for (let round = 0; round < 3; round++) {
      const calls = Array.from({ length: CROWD }, () => client.getProduct({ productId: crowded }, { headers }));
      const outcomes = await Promise.allSettled(calls);
      const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
      expect(failures).toEqual([]);
    }
  });
});

describe('the HTTP port', () => {
  const post = async (body: string | Uint8Array, type: string) =>
    fetch(`http://127.0.0.1:${served.httpPort}/tradewind.catalog.v1.CatalogService/GetProduct`, {
      method: 'POST',
      headers: { ...(await served.headers(gateway)), 'content-type': type },
      body: body as never,
    });

  it('names the field that has the wrong type', async () => {
    const response = await post('{"productId": 42}', 'application/json');
    const body = (await response.json()) as {
      code: string;
      message: string;
      details: { type: string; value: string }[];
    };
    expect([response.status, body.code]).toEqual([400, 'invalid_argument']);
    expect(body.details.map(({ type }) => type)).toEqual(['google.rpc.ErrorInfo', 'google.rpc.BadRequest']);
    expect(Buffer.from(body.details[1]?.value ?? '', 'base64').toString()).toMatch(/product_?id/i);
  });

  it.each([
    ['a number where a string belongs', Uint8Array.of(0x08, 0x2a)],
    [
      'a message cut short',
      toBinary(ErrorInfoSchema, create(ErrorInfoSchema, { reason: 'x'.repeat(50) })).slice(0, 10),
    ],
  ])('answers %s with INVALID_ARGUMENT', async (_, bytes) => {
    const response = await post(bytes, 'application/proto');
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'invalid_argument']);
  });

  it('tells whether the service is ready, and its metrics', async () => {
    const at = (path: string) => fetch(`http://127.0.0.1:${served.httpPort}${path}`);
    expect(await (await at('/health/ready')).json()).toMatchObject({ ready: true, phase: 'serving' });
    expect(await (await at('/metrics')).text()).toContain('tradewind_rpc_server_duration_seconds');
  });
});
