import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Distortion } from './distortion.ts';
import { startVerifier, type Verifier } from './verifier.ts';

interface Answer {
  status: number;
  contentType: string | undefined;
  body: Record<string, Value>;
}
type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** What the proxy makes of an answer to an RPC. */
type Mutation = (answer: Answer) => Answer;

let provider: Verifier;
let proxy: Server;
let target: { rpc: string; mutate: Mutation; anonymous?: boolean };

beforeAll(async () => {
  provider = await startVerifier('catalog');
  proxy = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => proxy.close(resolve));
  await provider.stop();
});

/** Hands a call to the real catalogue, and what it answers back, changed if it is the RPC in question. */
async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host: _host, 'content-length': _length, connection: _connection, ...headers } = request.headers;
  const isTarget = request.url?.endsWith(`/${target.rpc}`) === true;
  if (isTarget && target.anonymous) delete headers['x-tradewind-service'];
  const answered = await fetch(`${provider.url}${request.url}`, {
    method: request.method ?? 'POST',
    headers: headers as Record<string, string>,
    body: await buffer(request),
  });
  const given: Answer = {
    status: answered.status,
    contentType: answered.headers.get('content-type') ?? undefined,
    body: JSON.parse(await answered.text()),
  };
  const { status, contentType, body } = isTarget ? target.mutate(given) : given;
  response.writeHead(status, contentType === undefined ? {} : { 'content-type': contentType });
  response.end(JSON.stringify(body));
}

const asItIs: Mutation = (answer) => answer;

async function failuresWith(rpc: string, mutate: Mutation, anonymous = false): Promise<string[]> {
  target = { rpc, mutate, anonymous };
  const { port } = proxy.address() as AddressInfo;
  const [verification] = await provider.verify(['gateway-catalog.json'], { url: `http://127.0.0.1:${port}` });
  return verification?.failures ?? [];
}

/** Changes the body of an answer that is none of a refusal. */
const inBody =
  (change: (body: Answer['body']) => Answer['body']): Mutation =>
  (answer) =>
    answer.status === 200 ? { ...answer, body: change(answer.body) } : answer;

/** Changes the product of an answer. */
const inProduct = (change: (product: Record<string, Value>) => Record<string, Value>) =>
  inBody((body) => ({ ...body, product: change(body.product as Record<string, Value>) }));

const refusal =
  (change: (body: Answer['body']) => Answer['body']): Mutation =>
  (answer) =>
    answer.status === 200 ? answer : { ...answer, body: change(answer.body) };

const MUTATIONS: [string, { rpc: string; mutate: Mutation; field: string }][] = [
  [
    'a field is renamed',
    { rpc: 'GetProduct', mutate: inProduct(({ title, ...rest }) => ({ ...rest, name: title ?? '' })), field: 'title' },
  ],
  [
    'a field is dropped',
    { rpc: 'GetProduct', mutate: inProduct(({ price: _price, ...rest }) => rest), field: 'price' },
  ],
  [
    'a number becomes a string',
    {
      rpc: 'GetProduct',
      mutate: inProduct((product) => ({ ...product, weightGrams: String(product.weightGrams) })),
      field: 'weightGrams',
    },
  ],
  [
    'a truth becomes a word',
    {
      rpc: 'GetProduct',
      mutate: inProduct((product) => ({ ...product, backorderable: 'yes' })),
      field: 'backorderable',
    },
  ],
  [
    'an enum has a value nobody knows',
    {
      rpc: 'GetProduct',
      mutate: inProduct((product) => ({ ...product, state: 'PRODUCT_STATE_SOLD' })),
      field: 'state',
    },
  ],
  [
    'a value is null',
    { rpc: 'GetProduct', mutate: inProduct((product) => ({ ...product, createTime: null })), field: 'createTime' },
  ],
  [
    'a list is empty',
    { rpc: 'BatchGetProducts', mutate: inBody((body) => ({ ...body, products: [] })), field: 'products' },
  ],
  [
    'an error has another code',
    { rpc: 'GetProduct', mutate: refusal((body) => ({ ...body, code: 'internal' })), field: 'code' },
  ],
  [
    'an error has another reason',
    {
      rpc: 'GetProduct',
      mutate: refusal(({ details: _details, ...body }) => ({
        ...body,
        details: [{ type: 'google.rpc.ErrorInfo', value: 'CgVPVEhFUg', debug: { reason: 'OTHER' } }],
      })),
      field: 'reason',
    },
  ],
  [
    'the call fails',
    { rpc: 'SearchProducts', mutate: (answer) => ({ ...answer, status: 500 }), field: '200 but was 500' },
  ],
  [
    'a header is dropped',
    { rpc: 'ListProducts', mutate: (answer) => ({ ...answer, contentType: undefined }), field: 'Content-Type' },
  ],
  [
    'a time is no time',
    {
      rpc: 'GetProduct',
      mutate: inProduct((product) => ({ ...product, updateTime: 'yesterday' })),
      field: 'updateTime',
    },
  ],
];

test('an answer that is passed on as it is keeps the pact', async () => {
  expect(await failuresWith('none', asItIs)).toEqual([]);
});

test.each(MUTATIONS)('verification fails when %s, and says who needs what', async (_, { rpc, mutate, field }) => {
  const failures = await failuresWith(rpc, mutate);
  expect(failures.join('\n')).toContain(`gateway needs of tradewind.catalog.v1.CatalogService/${rpc}`);
  expect(failures.join('\n')).toContain(field);
  expect(failures.every((failure) => failure.includes(`/${rpc}:`))).toBe(true);
});

test('a provider asks who calls it, under verification too', async () => {
  const failures = await failuresWith('GetProduct', asItIs, true);
  expect(failures.join('\n')).toContain('expected 200 but was 401');
});

const PUBLISHED = 'tradewind.catalog.events.v1.ProductPublished';
const WATCHED = 'tradewind.inventory.v1.InventoryService/WatchStock';

/** What a pact fails by when its provider distorts an event or a stream, and who needs it. */
async function distortedFailures(of: Verifier, file: string, distortion?: Distortion): Promise<string[]> {
  const [verification] = await of.verify([file], { ...(distortion && { distortion }) });
  return verification?.failures ?? [];
}

test.each<[string, Distortion, string]>([
  ['a field of an event is renamed', { subject: PUBLISHED, renamed: ['title', 'name'] }, 'title'],
  ['an event does not say what it is', { subject: PUBLISHED, dropped: 'ce-type' }, 'ce-type'],
])('verification fails when %s, and says who needs what', async (_, distortion, field) => {
  expect(await distortedFailures(provider, 'orders-catalog.json')).toEqual([]);
  const failures = await distortedFailures(provider, 'orders-catalog.json', distortion);
  expect(failures).toEqual([expect.stringMatching(new RegExp(`^orders needs of ${PUBLISHED}: .*${field}`))]);
});

test('verification fails when a field of the first message of a stream is renamed, and says who needs what', async () => {
  const inventory = await startVerifier('inventory');
  onTestFinished(() => inventory.stop());
  expect(await distortedFailures(inventory, 'gateway-inventory.json')).toEqual([]);
  const failures = await distortedFailures(inventory, 'gateway-inventory.json', {
    subject: WATCHED,
    renamed: ['reserved', 'held'],
  });
  expect(failures).toEqual([expect.stringMatching(new RegExp(`^gateway needs of ${WATCHED}: .*reserved`))]);
});
