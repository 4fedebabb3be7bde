import { request as httpRequest } from 'node:http';
import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import type { Call } from '#chassis/rpc/call.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import {
  CatalogService,
  type GetProductRequest,
  type SearchProductsRequest,
  type UpsertProductRequest,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService, type WatchStockRequest } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { startMesh } from './mesh.fixture.ts';
import type { ErrorBody } from './rest/error-body.ts';

const productId = newId();
const known = new Set([productId]);
const upserts: UpsertProductRequest[] = [];
const searches: SearchProductsRequest[] = [];
let watchersLeft = 0;
let mesh: Awaited<ReturnType<typeof startMesh>>;
let merchant: Record<string, string>;

const catalog = {
  async getProduct(request: GetProductRequest) {
    if (!known.has(request.productId)) throw new DomainError('PRODUCT_NOT_FOUND', { product_id: request.productId });
    return { product: { id: request.productId, version: 7n, createTime: { seconds: 0n } } };
  },
  async searchProducts(request: SearchProductsRequest) {
    searches.push(request);
    return {};
  },
  async upsertProduct(request: UpsertProductRequest) {
    upserts.push(request);
    return {};
  },
  async importProducts(requests: AsyncIterable<unknown>) {
    let read = 0;
    for await (const _ of requests) read++;
    return { read };
  },
};
const inventory = {
  async *watchStock({ productIds }: WatchStockRequest, call: Call) {
    for (const id of productIds) yield { availability: { productId: id } };
    if (productIds.includes(productId)) throw new DomainError('PRODUCT_NOT_FOUND', { product_id: productId });
    if (productIds.length > 1) return;
    await new Promise((resolve) => call.signal.addEventListener('abort', resolve, { once: true }));
    watchersLeft++;
  },
};

beforeAll(async () => {
  mesh = await startMesh([
    [CatalogService, catalog],
    [InventoryService, inventory],
    [OrdersService, { getCart: async () => ({}) }],
  ]);
  // The first call of all pays for what later ones find ready.
  await eventually(async () => expect((await ask(`/v1/products/${productId}`)).status).toBe(200));
  merchant = { authorization: `Bearer ${await mesh.userToken(newId(), ['MERCHANT'])}` };
});
afterAll(() => mesh.stop());

interface Answer {
  status: number;
  headers: Headers;
  body: ErrorBody & Record<string, unknown>;
}

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`${mesh.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) } as Answer;
}

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'PUT',
  headers: { 'content-type': 'application/json', ...merchant, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const kettle = { title: 'Kettle', price: { currencyCode: 'EUR', units: '12' } };
const upsert = (body: unknown = kettle, headers: Record<string, string> = {}, query = '') =>
  ask(`/v1/products/KETTLE-1${query}`, json(body, headers));

/** Sends a path that no client library would let through. */
function raw(path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(mesh.url);
    const sent = httpRequest({ hostname, port, path, method, agent: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: new Headers(), body: text === '' ? {} : JSON.parse(text) });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('an answer', () => {
  test('is the JSON that Connect gives, with the id of the request', async () => {
    const { status, headers, body } = await ask(`/v1/products/${productId}`, {
      headers: { 'x-correlation-id': 'abc' },
    });
    expect(body).toEqual({ product: { id: productId, version: '7', createTime: '1970-01-01T00:00:00Z' } });
    expect([status, headers.get('content-type'), headers.get('x-correlation-id')]).toEqual([
      200,
      'application/json; charset=utf-8',
      'abc',
    ]);
  });

  test('to HEAD is that to GET without its body', async () => {
    const [got, head] = await Promise.all([
      ask(`/v1/products/${productId}`),
      ask(`/v1/products/${productId}`, { method: 'HEAD' }),
    ]);
    expect(head.status).toBe(200);
    expect(head.body).toEqual({});
    expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
  });

  test('of a contract on its way out says so, and a page of another origin may read it', async () => {
    const { headers } = await ask('/v1/cart', { headers: { ...merchant, origin: 'https://shop.example' } });
    expect(headers.get('sunset')).toMatch(/GMT$/);
    expect(headers.get('link')).toContain('rel="successor-version"');
    expect(headers.get('deprecation')).toMatch(/^@\d+$/);
    expect(headers.get('access-control-expose-headers')).toContain('deprecation, sunset, link, etag');
  });

  test('comes over HTTP/2 as well', async () => {
    const session = connect(mesh.url);
    const stream = session.request({ ':path': `/v1/products/${newId()}` });
    const status = new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])));
    let text = '';
    for await (const chunk of stream) text += chunk;
    session.close();
    expect(await status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ error: { reason: 'PRODUCT_NOT_FOUND' } });
  });
});

describe('a refusal', () => {
  test('has one shape, with everything the service said', async () => {
    const id = newId();
    const { status, body } = await ask(`/v1/products/${id}`, { headers: { 'x-correlation-id': 'abc' } });
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        code: 404,
        status: 'NOT_FOUND',
        message: `there is no product ${id}`,
        reason: 'PRODUCT_NOT_FOUND',
        domain: 'test.tradewind',
        metadata: { product_id: id },
        fieldViolations: [],
        requestId: 'abc',
      },
    });
  });

  test('names every field of path, query and body', async () => {
    const query = await ask('/v1/products?pageSize=many&page_size=1&colour=red&category.x=1&pageToken=a&pageToken=b');
    expect(query.status).toBe(400);
    expect(query.body.error.fieldViolations.map(({ field }) => field)).toEqual([
      'page_size',
      'colour',
      'category.x',
      'pageToken',
      'page_size',
    ]);
    const body = await upsert({ title: 1, sku: 'OTHER', price: { unit: 1, currencyCode: 2 }, colour: 'red' });
    expect(body.status).toBe(400);
    expect(body.body.error.fieldViolations.map(({ field }) => field)).toEqual([
      'product.price.unit',
      'product.colour',
      'product.title',
      'product.sku',
      'request_id',
    ]);
    const rules = await upsert({ ...kettle, title: '', price: undefined });
    expect(rules.body.error).toMatchObject({ code: 400, reason: 'VALIDATION_FAILED' });
    expect(rules.body.error.fieldViolations.map(({ field }) => field)).toEqual([
      'request_id',
      'product.title',
      'product.price',
    ]);
  });

  test('names what it does not know and the rules that are broken together', async () => {
    const fields = ({ body }: Answer) => body.error.fieldViolations.map(({ field }) => field);
    expect(fields(await ask('/v1/products?pageSize=9999&bogus=1'))).toEqual(['bogus', 'page_size']);
    expect(fields(await upsert({ ...kettle, title: '', colour: 'red' }))).toEqual([
      'product.colour',
      'request_id',
      'product.title',
    ]);
    const keyed = { 'idempotency-key': newId() };
    expect(fields(await upsert({ ...kettle, colour: 'red' }, keyed))).toEqual(['product.colour']);
    expect(fields(await ask('/v1/sessions', { ...json('[1]'), method: 'POST' }))).toEqual(['']);
  });

  test('for want of a credential says how to bring one', async () => {
    const { status, headers } = await ask('/v2/cart');
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  });

  test.each([
    ['an unknown path', '/v1/nothing', {}, 404, 'NOT_FOUND'],
    ['a slash at the end', '/v1/products/', {}, 404, 'NOT_FOUND'],
    ['an unknown verb', '/v1/products:burn', {}, 404, 'NOT_FOUND'],
    ['a method the path does not have', '/v1/products', { method: 'DELETE' }, 405, 'METHOD_NOT_ALLOWED'],
    [
      'a body that is no JSON by its type',
      '/v1/sessions',
      { method: 'POST', body: 'a=1' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a compressed body',
      '/v1/sessions',
      { ...json('{}', { 'content-encoding': 'gzip' }), method: 'POST' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a body that is no JSON', '/v1/sessions', { ...json('{'), method: 'POST' }, 400, 'VALIDATION_FAILED'],
    ['a body that is no object', '/v1/sessions', { ...json('[1]'), method: 'POST' }, 400, 'VALIDATION_FAILED'],
    [
      'a name that is given twice',
      '/v1/sessions',
      { ...json('{"email":"a","email":"b"}'), method: 'POST' },
      400,
      'VALIDATION_FAILED',
    ],
    [
      'a time that cannot be waited for',
      '/v1/products',
      { headers: { 'connect-timeout-ms': '-1' } },
      400,
      'INVALID_TIMEOUT',
    ],
    ['no time left', '/v1/products', { headers: { 'connect-timeout-ms': '0' } }, 504, 'DEADLINE_EXCEEDED'],
    ['a stream without an answer to read', '/v1/availability:watch', { method: 'HEAD' }, 405, undefined],
  ] as const)('of %s: %s', async (_, path, init, status, reason) => {
    const answer = await ask(path, init as RequestInit);
    expect([answer.status, answer.body.error?.reason]).toEqual([status, reason]);
  });

  test('of a body that is too large comes before it is read', async () => {
    const { status, body, headers } = await upsert(
      JSON.stringify({ ...kettle, description: 'x'.repeat(4 * 1024 * 1024) }),
    );
    expect([status, body.error.reason, headers.get('connection')]).toEqual([413, 'MESSAGE_TOO_LARGE', 'close']);
  });

  test('of a method names those there are', async () => {
    const { headers } = await ask('/v1/orders', { method: 'DELETE' });
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    const asked = await ask('/v1/orders', { method: 'OPTIONS' });
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
  });
});

describe('the header Idempotency-Key', () => {
  test('fills request_id where the body has none', async () => {
    const key = newId();
    expect((await upsert(kettle, { 'idempotency-key': `"${key}"` })).status).toBe(200);
    expect(upserts.at(-1)).toMatchObject({ requestId: key, product: { sku: 'KETTLE-1', title: 'Kettle' } });
  });

  test('must not contradict it', async () => {
    const { body } = await upsert(kettle, { 'idempotency-key': newId() }, `?requestId=${newId()}`);
    expect(body.error.fieldViolations).toEqual([
      { field: 'request_id', description: 'is not the same as in the header Idempotency-Key' },
    ]);
  });
});

test('a page may ask for any method, and send the headers that calls have', async () => {
  const { status, headers } = await ask('/v1/products/KETTLE-1', {
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-method': 'PUT' },
  });
  expect(status).toBe(204);
  expect(headers.get('access-control-allow-methods')).toContain('PUT, PATCH, DELETE');
  expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
});

describe('a stream', () => {
  const ids = [newId(), newId()];
  const path = `/v1/availability:watch?productIds=${ids[0]}&product_ids=${ids[1]}`;

  test('comes as a JSON document a line', async () => {
    const response = await fetch(`${mesh.url}${path}`);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(await response.text()).toBe(ids.map((id) => `{"availability":{"productId":"${id}"}}\n`).join(''));
  });

  test('comes as events for whoever asks for those', async () => {
    const response = await fetch(`${mesh.url}${path}`, { headers: { accept: 'text/event-stream' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = ids.map((id) => `data: {"availability":{"productId":"${id}"}}\n\n`);
    expect(await response.text()).toBe(`${events.join('')}event: end\ndata: {}\n\n`);
  });

  test('that fails on the way ends with why', async () => {
    const response = await fetch(`${mesh.url}/v1/availability:watch?productIds=${productId}`);
    const [, last = ''] = (await response.text()).trim().split('\n');
    expect(JSON.parse(last)).toMatchObject({ error: { code: 404, reason: 'PRODUCT_NOT_FOUND' } });
  });

  test('that is refused at once is refused by its status', async () => {
    expect((await ask('/v1/availability:watch')).status).toBe(400);
  });

  test('ends at the service when its reader leaves', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${mesh.url}/v1/availability:watch?productIds=${ids[0]}`, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await eventually(() => expect(watchersLeft).toBe(1));
  });

  test('ends with why, and when to come back, when the gateway stops', async () => {
    const stopping = await startMesh([[InventoryService, inventory]]);
    const response = await fetch(`${stopping.url}/v1/availability:watch?productIds=${ids[0]}`);
    const lines = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await lines?.read())?.value).toContain('availability');
    const [last] = await Promise.all([lines?.read(), stopping.stop()]);
    expect(JSON.parse(last?.value ?? '')).toMatchObject({
      error: { code: 503, reason: 'SHUTTING_DOWN', retryAfterSeconds: 1 },
    });
  });

  test('of a client is read line by line, and what is no message of it is refused by name', async () => {
    const lines = [
      { header: { format: 'IMPORT_FORMAT_CSV', defaultCurrency: 'EUR' } },
      { chunk: 'c2t1LHRpdGxl' },
      { chunk: 'CkE=' },
    ];
    const send = (body: string) =>
      ask('/v1/products:import', {
        method: 'POST',
        headers: { ...merchant, 'content-type': 'application/x-ndjson' },
        body,
      });
    expect((await send(lines.map((line) => JSON.stringify(line)).join('\n'))).body).toEqual({ read: 3 });
    const refused = await send('{"chunk":"CkE="}\n{"piece":1}\n');
    expect([refused.status, refused.body.error.fieldViolations.map(({ field }) => field)]).toEqual([400, ['piece']]);
  });
});

describe('a hostile request', () => {
  test.each([
    ['an encoded slash', '/v1/products/%2F..%2F..', 400, 'VALIDATION_FAILED'],
    ['an encoding of an encoding', `/v1/products/%25${productId}`, 400, 'VALIDATION_FAILED'],
    ['dots', '/v1/products/../users/me', 404, 'NOT_FOUND'],
    ['a NUL', '/v1/products/%00', 400, 'VALIDATION_FAILED'],
    ['a NUL in the query', '/v1/products?category=a%00b', 400, 'VALIDATION_FAILED'],
    ['no UTF-8', '/v1/products/%ff', 400, 'MALFORMED_REQUEST'],
    ['no UTF-8 in the query', '/v1/products?category=%ff', 400, 'VALIDATION_FAILED'],
    ['a name every object has', '/v1/products?__proto__.x=1&constructor=1', 400, 'VALIDATION_FAILED'],
    ['4,000 parameters', `/v1/products?${'a=1&'.repeat(4_000)}`, 400, 'VALIDATION_FAILED'],
    ['a request line of 16,000 characters', `/v1/products?category=${'x'.repeat(15_900)}`, 400, 'VALIDATION_FAILED'],
    ['a path of slashes', `/v1${'/'.repeat(8_000)}`, 404, 'NOT_FOUND'],
    ['a whole address as its path', 'http://elsewhere.example/v1/products', 404, undefined],
  ])('with %s is refused', async (_, path, status, reason) => {
    const answer = await raw(path);
    expect([answer.status, answer.body.error?.reason]).toEqual([status, reason]);
  });

  test('with 10,000 parameters over HTTP/2, where no request line bounds them, is refused', async () => {
    const session = connect(mesh.url);
    session.on('error', () => undefined);
    const stream = session.request({ ':path': `/v1/products?${'a=1&'.repeat(10_000)}` });
    const status = await new Promise((resolve) => {
      stream.once('response', (headers) => resolve(headers[':status']));
      stream.once('error', (error) => resolve(error.message));
    });
    session.destroy();
    expect(status).toBe(414);
  });

  test('with a deeply nested body is refused', async () => {
    const { status } = await upsert(`{"price":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(status).toBe(400);
  });

  test('leaves text as it is where it is allowed', async () => {
    expect((await ask('/v1/products:search?query=a%2Bb+%26+%C3%A9&brands=x&brands=y%2Cz')).status).toBe(200);
    expect(searches.at(-1)).toMatchObject({ query: 'a+b & é', brands: ['x', 'y,z'] });
  });
});
