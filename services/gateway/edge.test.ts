import { once } from 'node:events';
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { startMesh } from './mesh.fixture.ts';

let mesh: Awaited<ReturnType<typeof startMesh>>;
beforeAll(async () => {
  mesh = await startMesh([]);
});
afterAll(() => mesh.stop());

const paths = ['/', '/health/live', '/v1/nothing', '/nothing', `/v1/products/${newId()}`];

test.each(paths)('browsers are told to be careful with %s', async (path) => {
  const { headers } = await fetch(mesh.url + path);
  const told = (name: string) => headers.get(name);
  expect(told('x-content-type-options')).toBe('nosniff');
  expect(told('x-frame-options')).toBe('DENY');
  expect(told('content-security-policy')).toContain("default-src 'none'");
  expect(told('referrer-policy')).toBe('same-origin');
  expect(told('permissions-policy')).toContain('geolocation=()');
  expect(told('cross-origin-opener-policy')).toBe('same-origin');
  expect(told('strict-transport-security')).toBeNull();
});

test('calls in gRPC, which no browser speaks, are told nothing that is for browsers', async () => {
  const told = async (type: string) => {
    const session = connectHttp2(mesh.url);
    const path = '/tradewind.catalog.v1.CatalogService/GetProduct';
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': type, te: 'trailers' });
    const [headers] = (await once(stream.end(), 'response')) as [IncomingHttpHeaders];
    session.destroy();
    return ['x-content-type-options', 'content-security-policy', 'x-frame-options'].filter((name) => name in headers);
  };
  expect(await told('application/grpc')).toEqual([]);
  expect(await told('application/grpc+proto')).toEqual([]);
  expect(await told('application/grpc-web')).toHaveLength(3);
});

test('pages of other sites may call, but never with cookies', async () => {
  const answer = await fetch(`${mesh.url}/v1/products`, { headers: { origin: 'https://elsewhere.example' } });
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://elsewhere.example');
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  expect(answer.headers.get('vary')).toContain('Origin');
});

test.each(['/.well-known/jwks.json', '/v1/products'])(
  'what is only for questions beforehand is told to those alone: %s',
  async (path) => {
    const origin = 'https://elsewhere.example';
    const told = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-')).sort();
    const answer = await fetch(mesh.url + path, { headers: { origin } });
    expect(told(answer.headers)).toEqual(['access-control-allow-origin', 'access-control-expose-headers']);
    const question = { origin, 'access-control-request-method': 'GET' };
    const { headers, status } = await fetch(mesh.url + path, { method: 'OPTIONS', headers: question });
    expect(status).toBe(204);
    expect(told(headers)).toEqual(
      ['headers', 'methods', 'origin'].map((name) => `access-control-allow-${name}`).concat('access-control-max-age'),
    );
  },
);

test('the keys may be kept for five minutes, apart for each origin that asks', async () => {
  const { headers } = await fetch(`${mesh.url}/.well-known/jwks.json`);
  expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['public, max-age=300', 'Origin']);
});

test.each([
  ['GET', '/nothing', 404, 'NOT_FOUND'],
  ['POST', '/nothing', 404, 'UNIMPLEMENTED'],
  ['DELETE', '/', 405, 'METHOD_NOT_ALLOWED'],
  ['POST', '/health/ready', 405, 'METHOD_NOT_ALLOWED'],
])('%s %s is refused with %i as JSON with a reason and a request id', async (method, path, status, reason) => {
  const answer = await fetch(mesh.url + path, { method });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json; charset=utf-8']);
  expect(answer.headers.get('x-correlation-id')).toMatch(/^[\w-]{36}$/);
  expect(await answer.json()).toMatchObject({ details: [{ debug: { reason, domain: 'tradewind' } }] });
});

test('what is claimed in headers comes back in no header', async () => {
  const socket = connect(Number(new URL(mesh.url).port), '127.0.0.1');
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  const lines = ['GET /nothing HTTP/1.1', 'host: x', 'x-correlation-id: a%0d%0aset-cookie: b', 'connection: close'];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  expect(heard).toMatch(/^HTTP\/1.1 404 /);
  expect(heard).not.toContain('set-cookie');
});
