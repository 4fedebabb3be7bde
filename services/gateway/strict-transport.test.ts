import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { certificate } from '#chassis/local/certificate.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { startMesh } from './mesh.fixture.ts';

const HEADER = 'strict-transport-security';
const TWO_YEARS = 'max-age=63072000; includeSubDomains';
const anyCertificate = { rejectUnauthorized: false };

let mesh: Awaited<ReturnType<typeof startMesh>>;
let port: number;
beforeAll(async () => {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kind = { uri: 'spiffe://edge.test/gateway' };
  const cert = certificate({ subject: 'edge', issuer: 'edge', key, seconds: 3_600, kind }, key);
  const shown = { cert: Buffer.from(cert), key: Buffer.from(key.export({ type: 'pkcs8', format: 'pem' })) };
  const getProduct = async () => ({ product: { title: 'Tea' } });
  mesh = await startMesh([[CatalogService, { getProduct }]], {
    certificate: { current: () => shown, watch: () => undefined, stop: () => undefined },
  });
  port = Number(new URL(mesh.url).port);
  // The first call of all pays for what later ones find ready.
  await eventually(async () => expect(await overHttp1({ ...get, path: `/v1/products/${newId()}` })).toContain(200));
});
afterAll(() => mesh.stop());

interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

type Told = [status: number | undefined, header: string | string[] | undefined];

async function overHttp1({ body, ...asked }: Asked): Promise<Told> {
  const request = httpsRequest({ port, host: '127.0.0.1', ...anyCertificate, agent: false, ...asked }).end(body);
  const [response] = await once(request, 'response');
  response.resume();
  return [response.statusCode, response.headers[HEADER]];
}

async function overHttp2({ method, path, headers, body }: Asked): Promise<Told> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, anyCertificate);
  const stream = session.request({ ...headers, ':method': method, ':path': path }, { endStream: false });
  stream.end(body);
  const [answer] = await once(stream, 'response');
  session.destroy();
  return [answer[':status'], answer[HEADER]];
}

const get = { method: 'GET', headers: {}, body: '' };
const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
const GET_PRODUCT = '/tradewind.catalog.v1.CatalogService/GetProduct';
const requests: [what: string, asked: Asked, status: number][] = [
  ['a page', { ...get, path: '/' }, 200],
  ['a page that is not there', { ...get, path: '/nothing' }, 404],
  ['REST', { ...get, path: `/v1/products/${newId()}` }, 200],
  ['a refusal of REST', { ...get, path: '/v1/orders' }, 401],
  ['an RPC', { ...post, path: GET_PRODUCT, body: JSON.stringify({ productId: newId() }) }, 200],
  ['a refused RPC', { ...post, path: GET_PRODUCT, body: '{}' }, 400],
];

test.each(requests)('within TLS %s says that the host is called with https only', async (_, asked, status) => {
  expect(await overHttp1(asked)).toEqual([status, TWO_YEARS]);
  expect(await overHttp2(asked)).toEqual([status, TWO_YEARS]);
});

test.each(requests)('in the clear %s says nothing of the kind, as anybody could have said it', async (_, asked) => {
  const { method, path, headers, body } = asked;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers,
    redirect: 'manual',
    ...(body && { body }),
  });
  expect([method, answer.status, answer.headers.get(HEADER)]).toEqual([method, method === 'GET' ? 308 : 403, null]);
});
