import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import * as browser from '@connectrpc/connect-web';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DomainError, reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import type { Call } from '#chassis/rpc/call.ts';
import { createGrpcTransport as createMeshTransport } from '#chassis/rpc/client.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { connectTo, protocols } from '#chassis/testing/raw-call.ts';
import { CatalogService, type GetProductRequest } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { InventoryService, type WatchStockRequest } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { startMesh } from './mesh.fixture.ts';

const userId = newId();
const productId = newId();
const seen: Call[] = [];
const watcherLeft = Promise.withResolvers<void>();
let mesh: Awaited<ReturnType<typeof startMesh>>;

const catalog = {
  async getProduct(request: GetProductRequest, call: Call) {
    seen.push(call);
    if (request.productId !== productId) throw new DomainError('PRODUCT_NOT_FOUND', { product_id: request.productId });
    return { product: { id: productId, title: 'Kettle' } };
  },
  async importProducts(requests: AsyncIterable<unknown>) {
    let read = 0;
    for await (const _ of requests) read++;
    return { read };
  },
};
const inventory = {
  async *watchStock(request: WatchStockRequest, call: Call) {
    for (const id of request.productIds) yield { availability: { productId: id } };
    if (!request.productIds.includes(productId)) return;
    call.signal.addEventListener('abort', () => watcherLeft.resolve(), { once: true });
    await watcherLeft.promise;
  },
};
const orders = {
  getCart: async (_: unknown, call: Call) => ({ cart: { items: [{ productId: call.caller.user?.id, quantity: 1n }] } }),
};

beforeAll(async () => {
  mesh = await startMesh([
    [CatalogService, catalog],
    [InventoryService, inventory],
    [OrdersService, orders],
  ]);
  // The first call of all pays for what later ones find ready.
  await eventually(async () => expect((await fetch(`${mesh.url}/v1/products/${productId}`)).status).toBe(200));
});
afterAll(() => mesh.stop());

function transports(): Record<string, Transport> {
  const baseUrl = mesh.url;
  return {
    'Connect JSON over HTTP/1.1': createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false }),
    'Connect binary over HTTP/2': createConnectTransport({ baseUrl, httpVersion: '2', useBinaryFormat: true }),
    'gRPC-Web over HTTP/1.1': createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
    'gRPC over HTTP/2': createGrpcTransport({ baseUrl }),
    'Connect by Connect-Web, as a browser does': browser.createConnectTransport({ baseUrl }),
    'gRPC-Web by Connect-Web, as a browser does': browser.createGrpcWebTransport({ baseUrl }),
    'gRPC by grpc-js': createMeshTransport({ target: mesh.address }),
  };
}

async function outcome(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ConnectError
    ? `${Code[error.code]} ${reasonOf(error)?.reason}`
    : `not refused: ${String(error)}`;
}

/** Calls with plain JSON, as curl would. */
async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${mesh.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { code?: string; [key: string]: unknown },
  };
}

test('Connect, gRPC-Web and gRPC, over HTTP/1.1 and HTTP/2, reach a service through the one port', async () => {
  const answers: Record<string, string | undefined> = {};
  for (const [name, transport] of Object.entries(transports())) {
    answers[name] = (await createClient(CatalogService, transport).getProduct({ productId })).product?.title;
  }
  expect(answers).toEqual({
    'Connect JSON over HTTP/1.1': 'Kettle',
    'Connect binary over HTTP/2': 'Kettle',
    'gRPC-Web over HTTP/1.1': 'Kettle',
    'gRPC over HTTP/2': 'Kettle',
    'Connect by Connect-Web, as a browser does': 'Kettle',
    'gRPC-Web by Connect-Web, as a browser does': 'Kettle',
    'gRPC by grpc-js': 'Kettle',
  });
});

test('streams from a service pass through, in every protocol', async () => {
  const productIds = [newId(), newId(), newId()];
  for (const [name, transport] of Object.entries(transports())) {
    const received: (string | undefined)[] = [];
    for await (const { availability } of createClient(InventoryService, transport).watchStock({ productIds })) {
      received.push(availability?.productId);
    }
    expect(received, name).toEqual(productIds);
  }
});

test('a watcher that leaves ends the stream at the service', async () => {
  const client = createClient(InventoryService, createConnectTransport({ baseUrl: mesh.url, httpVersion: '1.1' }));
  const leave = new AbortController();
  const watching = (async () => {
    for await (const _ of client.watchStock({ productIds: [productId] }, { signal: leave.signal })) leave.abort();
  })();
  expect(await outcome(watching)).toContain('Canceled');
  await watcherLeft.promise;
});

test('streams to a service pass through', async () => {
  const authorization = `Bearer ${await mesh.userToken(userId, ['MERCHANT'])}`;
  async function* parts() {
    for (let index = 0; index < 20; index++) yield { part: { case: 'chunk' as const, value: new Uint8Array(100_000) } };
  }
  const client = createClient(CatalogService, createGrpcTransport({ baseUrl: mesh.url }));
  expect((await client.importProducts(parts(), { headers: { authorization } })).read).toBe(20);
});

test("an error of a service comes back with the service's own code, words and reason", async () => {
  const unknown = newId();
  for (const [name, transport] of Object.entries(transports())) {
    const error = await createClient(CatalogService, transport)
      .getProduct({ productId: unknown })
      .catch((reason: unknown) => reason);
    expect(reasonOf(error), name).toEqual({
      code: Code.NotFound,
      reason: 'PRODUCT_NOT_FOUND',
      metadata: { product_id: unknown },
    });
  }
  const plain = await post('tradewind.catalog.v1.CatalogService/GetProduct', { productId: unknown });
  expect([plain.status, plain.body.code, plain.body.message]).toEqual([
    404,
    'not_found',
    `there is no product ${unknown}`,
  ]);
});

test('the service sees the gateway as its caller and the correlation id of the outside', async () => {
  await post('tradewind.catalog.v1.CatalogService/GetProduct', { productId }, { 'x-correlation-id': 'from-outside' });
  expect(seen.at(-1)).toMatchObject({ caller: { service: 'gateway' }, correlationId: 'from-outside' });
});

test('every answer tells the correlation id, the one of the caller or a new one', async () => {
  const get = (headers: Record<string, string>) =>
    post('tradewind.catalog.v1.CatalogService/GetProduct', { productId }, headers);
  expect((await get({ 'x-correlation-id': 'from-outside' })).headers.get('x-correlation-id')).toBe('from-outside');
  expect((await get({})).headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  const told: (string | null)[] = [];
  const onHeader = (header: Headers) => told.push(header.get('x-correlation-id'));
  const headers = { 'x-correlation-id': 'from-grpc' };
  for (const name of ['gRPC-Web over HTTP/1.1', 'gRPC over HTTP/2', 'gRPC by grpc-js']) {
    const transport = transports()[name] as Transport;
    await createClient(CatalogService, transport).getProduct({ productId }, { headers, onHeader });
  }
  expect(told).toEqual(['from-grpc', 'from-grpc', 'from-grpc']);
});

test('claims of identity from outside are taken off, even true ones', async () => {
  const stolen = await mesh.serviceToken('orders');
  const headers = {
    'x-tradewind-service': stolen,
    'x-user-id': 'root',
    'x-tradewind-user': 'root',
    'x-auth-request-user': 'root',
  };
  await post('tradewind.catalog.v1.CatalogService/GetProduct', { productId }, headers);
  const call = seen.at(-1);
  expect(call?.caller).toEqual({ service: 'gateway' });
  expect(['x-user-id', 'x-tradewind-user', 'x-auth-request-user'].map((name) => call?.headers.get(name))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const batch = await post('tradewind.identity.v1.IdentityService/BatchGetUsers', { userIds: [userId] }, headers);
  expect(batch.status).toBe(401);
});

test('a request for a fault goes no further where faults are not allowed', async () => {
  const headers = { 'x-tradewind-fault': 'abort=UNAVAILABLE' };
  const { status } = await post('tradewind.catalog.v1.CatalogService/GetProduct', { productId }, headers);
  expect([status, seen.at(-1)?.headers.get('x-tradewind-fault')]).toEqual([200, undefined]);
});

test('a service is told the address a call comes from, whatever the caller says', async () => {
  const headers = { 'x-client-address': '6.6.6.6', 'x-forwarded-for': '6.6.6.6' };
  await post('tradewind.catalog.v1.CatalogService/GetProduct', { productId }, headers);
  expect(seen.at(-1)?.headers.get('x-client-address')).toBe('127.0.0.1');
});

test('the user travels on to the service', async () => {
  const { body } = await post(
    'tradewind.orders.v1.OrdersService/GetCart',
    {},
    { authorization: `Bearer ${await mesh.userToken(userId)}` },
  );
  expect(body).toEqual({ cart: { items: [{ productId: userId, quantity: '1' }] } });
});

test('nobody, and a session that ran out, are UNAUTHENTICATED; a known user without the right is PERMISSION_DENIED', async () => {
  const transport = createConnectTransport({ baseUrl: mesh.url, httpVersion: '1.1' });
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const [fresh, stale] = [await mesh.userToken(userId), await mesh.userToken(userId, ['SHOPPER'], -60)];
  expect(await outcome(createClient(OrdersService, transport).getCart({}))).toBe('Unauthenticated UNAUTHENTICATED');
  expect(await outcome(createClient(OrdersService, transport).getCart({}, as(stale)))).toBe(
    'Unauthenticated UNAUTHENTICATED',
  );
  expect(await outcome(createClient(OrdersOperationsService, transport).listSagas({}, as(fresh)))).toBe(
    'PermissionDenied PERMISSION_DENIED',
  );
  expect(await outcome(createClient(IdentityService, transport).batchGetUsers({ userIds: [userId] }, as(fresh)))).toBe(
    'PermissionDenied CALLER_NOT_ALLOWED',
  );
});

test('a shopper whose session ran out can still look at products', async () => {
  const headers = { authorization: `Bearer ${await mesh.userToken(userId, ['SHOPPER'], -60)}` };
  expect((await post('tradewind.catalog.v1.CatalogService/GetProduct', { productId }, headers)).status).toBe(200);
});

test('a browser on another origin may call, and may read the error details of gRPC-Web', async () => {
  const preflight = await fetch(`${mesh.url}/tradewind.catalog.v1.CatalogService/GetProduct`, {
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  expect(preflight.headers.get('access-control-allow-headers')).toMatch(/connect-protocol-version.*authorization/i);
  const { headers } = await post(
    'tradewind.catalog.v1.CatalogService/GetProduct',
    { productId },
    { origin: 'https://shop.example' },
  );
  expect(headers.get('access-control-expose-headers')).toMatch(/grpc-status-details-bin/i);
});

test.each(protocols.filter((protocol) => protocol !== 'gRPC'))(
  'over %s a message that is too large is refused, not read, and its caller told how large it may be',
  async (protocol) => {
    const port = Number(new URL(mesh.url).port);
    const wire = connectTo({ http: port, grpc: port });
    const message = Buffer.alloc(5 * 1024 * 1024, ' ');
    const call = { path: 'tradewind.catalog.v1.CatalogService/GetProduct', headers: {}, isStream: false, message };
    const told = await wire[protocol](call);
    wire.close();
    expect(told).toMatchObject({
      code: 'InvalidArgument',
      reasons: ['MESSAGE_TOO_LARGE'],
      metadata: { max_bytes: '4194304' },
    });
  },
);

test('the front page shows a browser what can be called, and by whom', async () => {
  const page = await fetch(mesh.url, { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const text = await page.text();
  expect(text).toContain(`http://${new URL(mesh.url).host}/tradewind.catalog.v1.CatalogService/ListProducts`);
  expect(text).toContain('<td>PlaceOrder</td><td>who is signed in</td>');
  expect(text).toContain('<td>UpsertProduct</td><td>merchant or operator</td>');
  expect(text).not.toContain('AuthorizePayment');
});

test('the front page says what this is, and the public keys are shown', async () => {
  const front = await (await fetch(mesh.url)).json();
  expect(front).toMatchObject({ name: 'Tradewind gateway', keys: '/.well-known/jwks.json' });
  expect(await (await fetch(`${mesh.url}/.well-known/jwks.json`)).json()).toMatchObject({ keys: [{ kid: 'test' }] });
  expect((await fetch(`${mesh.url}/health/ready`)).status).toBe(200);
  expect(await (await fetch(`${mesh.url}/metrics`)).text()).toContain('tradewind_rpc_client_duration_seconds');
});
