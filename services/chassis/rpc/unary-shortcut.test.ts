import { request as httpRequest } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { toBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CatalogService, GetProductRequestSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { DomainError } from '../domain-error.ts';
import { newId } from '../ids.ts';
import { type Served, serve } from '../testing/serve.ts';
import type { Call } from './call.ts';

const PATH = '/tradewind.catalog.v1.CatalogService/GetProduct';
const [there, gone, broken, slow] = [newId(), newId(), newId(), newId()];

let served: Served;
let session: ClientHttp2Session;
let caller: Record<string, string>;
beforeAll(async () => {
  const refuse = () => Promise.reject(new Error('broken'));
  const impl = {
    ...Object.fromEntries(CatalogService.methods.map(({ localName }) => [localName, refuse])),
    async getProduct({ productId }: { productId: string }, call: Call) {
      call.responseHeaders.set('x-told', 'by the service');
      if (productId === gone) throw new DomainError('PRODUCT_NOT_FOUND', { product_id: gone });
      if (productId === broken) return refuse();
      if (productId === slow) await new Promise((_, reject) => call.signal.addEventListener('abort', reject));
      return { product: { id: productId, title: 'Tea – Grüntee' } };
    },
  };
  const errors = { domain: 'test', rules: { PRODUCT_NOT_FOUND: { code: 5, message: 'there is no {product_id}' } } };
  served = await serve([{ service: CatalogService, impl }], errors);
  session = connect(`http://127.0.0.1:${served.httpPort}`);
  caller = { ...(await served.headers({ service: 'gateway' })), 'x-correlation-id': 'same' };
});
afterAll(async () => {
  session.close();
  await served.stop();
});

interface Answer {
  status: unknown;
  headers: object;
  trailers: object;
  body: string;
}

type Send = (type: string, body: Buffer, headers: Record<string, string>) => Promise<Answer>;

const overHttp1: Send = (type, body, headers) =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ port: served.httpPort, host: '127.0.0.1', method: 'POST', path: PATH });
    for (const [name, value] of Object.entries({ ...caller, ...headers, 'content-type': type }))
      request.setHeader(name, value);
    request.on('error', reject).on('response', (response) => {
      const chunks: Buffer[] = [];
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const { statusCode: status, headers: told, trailers } = response;
          resolve({ status, headers: comparable(told), trailers, body: Buffer.concat(chunks).toString('latin1') });
        });
    });
    request.end(body);
  });

const overHttp2: Send = (type, body, headers) =>
  new Promise((resolve, reject) => {
    const stream = session.request({
      ...caller,
      ...headers,
      ':method': 'POST',
      ':path': PATH,
      'content-type': type,
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let [told, trailers]: [Record<string, unknown>, object] = [{}, {}];
    stream
      .on('response', (received) => {
        told = { ...received };
      })
      .on('trailers', (received) => {
        trailers = { ...received };
      })
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('error', reject)
      .on('close', () => {
        const { ':status': status, ...rest } = told;
        resolve({ status, headers: comparable(rest), trailers, body: Buffer.concat(chunks).toString('latin1') });
      });
    stream.end(body);
  });

/** All but when it was said, and how HTTP/1.1 tells where the answer ends. */
function comparable(headers: object): object {
  const passing = ['date', 'content-length', 'transfer-encoding'];
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !passing.includes(name)));
}

function frame(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(5 + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}

const binary = (productId: string) =>
  toBinary(GetProductRequestSchema, { $typeName: GetProductRequestSchema.typeName, productId });
const framed = (productId: string) => frame(binary(productId));
const json = (productId: string) => Buffer.from(JSON.stringify({ productId, fieldOfTomorrow: 1 }));

const protocols: [name: string, type: string, message: (productId: string) => Uint8Array, long: string, send: Send][] =
  [
    ['Connect JSON over HTTP/1.1', 'application/json', json, 'content-encoding', overHttp1],
    ['Connect JSON over HTTP/2', 'application/json', json, 'content-encoding', overHttp2],
    ['Connect binary over HTTP/1.1', 'application/proto', binary, 'content-encoding', overHttp1],
    ['gRPC-Web over HTTP/1.1', 'application/grpc-web+proto', framed, 'grpc-encoding', overHttp1],
    ['gRPC-Web over HTTP/2', 'application/grpc-web', framed, 'grpc-encoding', overHttp2],
    ['gRPC', 'application/grpc', framed, 'grpc-encoding', overHttp2],
  ];

const CASES: [name: string, id: string, headers?: Record<string, string>][] = [
  ['that is answered', there],
  ['that the service refuses', gone],
  ['that fails', broken],
  ['that breaks a rule of its contract', 'no id'],
  ['whose time runs out', slow, { 'connect-timeout-ms': '50', 'grpc-timeout': '50m' }],
  ['whose time cannot be read', there, { 'connect-timeout-ms': 'soon', 'grpc-timeout': 'soon' }],
];

const calls = protocols.flatMap(([name, ...protocol]) =>
  CASES.map(([what, ...call]) => [name, what, protocol, call] as const),
);

test.each(calls)(
  'over %s a call %s is told the same the short way as the long way',
  async (_, _what, [type, message, long, send], [id, headers = {}]) => {
    const body = Buffer.from(message(id));
    const short = await send(type, body, headers);
    expect(short).toEqual(await send(type, body, { ...headers, [long]: 'identity' }));
    expect({ ...short.headers, ...short.trailers }).toMatchObject({ 'x-correlation-id': 'same' });
  },
);

test('an answer that is good says what the service told with it', async () => {
  const answer = await overHttp1('application/json', json(there), {});
  expect([answer.status, JSON.parse(Buffer.from(answer.body, 'latin1').toString())]).toEqual([
    200,
    { product: { id: there, title: 'Tea – Grüntee' } },
  ]);
  expect(answer.headers).toMatchObject({ 'x-told': 'by the service', 'content-type': 'application/json' });
});

test.each(protocols)('over %s bytes that are no message are refused as ever', async (_, type, message, long, send) => {
  for (const body of [Buffer.from('{'), Buffer.alloc(0), Buffer.concat([message(there), message(there)])]) {
    expect(await send(type, body, {})).toEqual(await send(type, body, { [long]: 'identity' }));
  }
});
