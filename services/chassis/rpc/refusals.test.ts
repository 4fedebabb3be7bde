import { connect } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';
import { errorFromJsonBytes } from '@connectrpc/connect/protocol-connect';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { newId } from '../ids.ts';
import { connectTo, protocols, type Wire } from '../testing/raw-call.ts';
import { type Served, serve } from '../testing/serve.ts';

const GET_PRODUCT = 'tradewind.catalog.v1.CatalogService/GetProduct';
const UPSERT = 'tradewind.catalog.v1.CatalogService/UpsertProduct';
const WATCH_ORDER = 'tradewind.orders.v1.OrdersService/WatchOrder';

let served: Served;
let wire: Wire;
let headers: Record<string, string>;
beforeAll(async () => {
  const broken = () => {
    throw new Error('broken');
  };
  const routes = [CatalogService, OrdersService].map((service) => ({
    service,
    impl: Object.fromEntries(service.methods.map(({ localName }) => [localName, broken])),
  }));
  served = await serve(routes, { domain: 'test', rules: {} });
  wire = connectTo({ http: served.httpPort, grpc: served.grpcPort });
  headers = await served.headers({ service: 'gateway', user: { id: newId(), roles: ['OPERATOR'] } });
});
afterAll(async () => {
  wire.close();
  await served.stop();
});

const url = (path: string) => `http://127.0.0.1:${served.httpPort}/${path}`;

/** What an HTTP answer says, as a Connect client reads it. */
async function refusal(path: string, init: RequestInit) {
  const response = await fetch(url(path), { ...init, headers: { ...headers, ...init.headers } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const error = errorFromJsonBytes(bytes, undefined, new ConnectError('no error', Code.DataLoss));
  return {
    status: response.status,
    code: Code[error.code],
    reasons: error.findDetails(ErrorInfoSchema).map(({ reason }) => reason),
    correlated: response.headers.get('x-correlation-id') !== null,
    message: error.rawMessage,
    details: (JSON.parse(Buffer.from(bytes).toString()) as { details: { debug?: unknown }[] }).details,
  };
}

const json = { 'content-type': 'application/json' };

describe('a request that no RPC can be made of is refused with one reason', () => {
  test.each([
    [
      'of an unknown RPC',
      'tradewind.catalog.v1.CatalogService/Nothing',
      { method: 'POST', headers: json, body: '{}' },
      404,
      'Unimplemented',
    ],
    [
      'of an unknown service',
      'nobody.Service/Nothing',
      { method: 'POST', headers: json, body: '{}' },
      404,
      'Unimplemented',
    ],
    ['of a page that is not there', 'nothing', {}, 404, 'NotFound'],
    ['by GET of an RPC with effects', UPSERT, {}, 405, 'Unimplemented'],
    ['by PUT', GET_PRODUCT, { method: 'PUT', headers: json, body: '{}' }, 405, 'Unimplemented'],
    [
      'of another content type',
      GET_PRODUCT,
      { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' },
      415,
      'Unimplemented',
    ],
    [
      'compressed',
      GET_PRODUCT,
      { method: 'POST', headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' },
      501,
      'Unimplemented',
    ],
    [
      'with a deadline that is none',
      GET_PRODUCT,
      { method: 'POST', headers: { ...json, 'connect-timeout-ms': 'abc' }, body: '{}' },
      400,
      'InvalidArgument',
    ],
  ] as const)('%s', async (_, path, init, status, code) => {
    const { reasons, ...told } = await refusal(path, init);
    expect(told).toMatchObject({ status, code, correlated: true });
    expect(reasons).toHaveLength(1);
  });

  test('by gRPC of an unknown RPC, on both ports', async () => {
    for (const port of [served.httpPort, served.grpcPort]) {
      const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
      const failure = await new Promise<ServiceError | null>((resolve) => {
        const asIs = (bytes: Buffer) => bytes;
        client.makeUnaryRequest('/nobody.Service/Nothing', asIs, asIs, Buffer.alloc(0), (error) => resolve(error));
      });
      client.close();
      expect(failure?.code).toBe(12);
    }
  });
});

test.each([
  ['a bad value', { items: 1 }, 'PlaceOrder', 'items: expected Array, got 1'],
  [
    'one in a list',
    { items: [{ productId: newId() }, { productId: 5 }] },
    'PlaceOrder',
    'items[1].product_id: expected string, got 5',
  ],
  ['one at the top', { requestId: 5 }, 'PlaceOrder', 'request_id: expected string, got 5'],
])('names the place of %s once', async (_, body, rpc, message) => {
  const init = { method: 'POST', headers: json, body: JSON.stringify(body) };
  const told = await refusal(`tradewind.orders.v1.OrdersService/${rpc}`, init);
  expect(told.message).toBe(message);
  expect(told.details.every(({ debug }) => debug !== undefined)).toBe(true);
});

test('a deadline that is none is not taken for a bad request message', async () => {
  const init = { method: 'POST', headers: { ...json, 'connect-timeout-ms': 'abc' }, body: '{}' };
  expect((await refusal(GET_PRODUCT, init)).message).toContain('connect-timeout-ms');
});

test.each([
  ['GET', UPSERT, 'POST'],
  ['GET', WATCH_ORDER, 'POST'],
  ['GET', `${WATCH_ORDER}?encoding=json&message=%7B%7D`, 'POST'],
  ['DELETE', WATCH_ORDER, 'POST'],
  ['PUT', GET_PRODUCT, 'GET, POST'],
])('a call by %s of %s is told what there is: %s', async (method, path, allowed) => {
  const response = await fetch(url(path), { method, headers });
  expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
});

describe.each(protocols)('over %s', (protocol) => {
  const empty = { message: protocol === 'Connect JSON' ? Buffer.from('{}') : new Uint8Array() };
  const valid = protocol === 'Connect JSON' ? Buffer.from(`{"productId":"${newId()}"}`) : Buffer.from(`\n$${newId()}`);

  test('an error tells the correlation id its caller brought', async () => {
    const brought = { ...headers, 'x-correlation-id': 'order-42' };
    const unary = await wire[protocol]({ path: GET_PRODUCT, headers: brought, isStream: false, ...empty });
    const stream = await wire[protocol]({ path: WATCH_ORDER, headers: brought, isStream: true, ...empty });
    expect([unary.correlationId, stream.correlationId]).toEqual(['order-42', 'order-42']);
  });

  test('an error of ours names the correlation id to ask about', async () => {
    const told = await wire[protocol]({ path: GET_PRODUCT, headers, isStream: false, message: valid });
    expect(told).toMatchObject({ code: 'Internal', reasons: ['INTERNAL'] });
    expect(told.metadata).toEqual({ correlation_id: told.correlationId });
  });

  test('ten megabytes that are really sent are answered and read no further', async () => {
    const message = protocol === 'Connect JSON' ? Buffer.alloc(10_000_000, ' ') : Buffer.alloc(10_000_000);
    const told = await wire[protocol]({ path: GET_PRODUCT, headers, isStream: false, message });
    expect(told).toMatchObject({ code: 'InvalidArgument', reasons: ['MESSAGE_TOO_LARGE'] });
  });
});

test.each(['httpPort', 'grpcPort'] as const)(
  'the stream of a message that is too large is closed, on the %s',
  async (port) => {
    const session = connect(`http://127.0.0.1:${served[port]}`);
    const stream = session.request({
      ...headers,
      ':method': 'POST',
      ':path': `/${GET_PRODUCT}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => undefined);
    stream.resume();
    const head = Buffer.alloc(5);
    head.writeUInt32BE(10_000_000, 1);
    stream.write(head);
    stream.end(Buffer.alloc(10_000_000));
    await expect.poll(() => stream.closed, { timeout: 5_000 }).toBe(true);
    session.destroy();
  },
);
