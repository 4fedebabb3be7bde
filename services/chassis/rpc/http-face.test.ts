import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { newId } from '../ids.ts';
import { type Served, serve } from '../testing/serve.ts';
import type { HttpHandler } from './plain-http.ts';

let served: Served;
beforeAll(async () => {
  const impl = Object.fromEntries(CatalogService.methods.map(({ localName }) => [localName, () => setImmediate({})]));
  const says =
    (name: string): HttpHandler =>
    (_, response) =>
      void response.end(name);
  const pages = { '/shop': says('exact'), '/shop/*': says('beginning'), '/shop/cart/*': says('longer') };
  served = await serve([{ service: CatalogService, impl }], { domain: 'test', rules: {} }, { pages });
});
afterAll(() => served.stop());

const RPC = '/tradewind.catalog.v1.CatalogService/GetProduct';

/** Sends bytes as they are, and gives the first line of what comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: served.httpPort, host: '127.0.0.1' }, () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (!answer.includes('\r\n')) return;
      resolve(answer.slice(0, answer.indexOf('\r\n')));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed without an answer')));
  });
}

/** The status that an HTTP/2 request with these headers is answered with. */
function overHttp2(headers: Record<string, string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${served.httpPort}`);
    session.on('error', reject);
    const stream = session.request(headers);
    stream.on('error', reject);
    stream.on('response', (answer) => {
      resolve(answer[':status']);
      session.destroy();
    });
    stream.end();
  });
}

const alive = async () => (await fetch(`http://127.0.0.1:${served.httpPort}/health/live`)).status;

test.each([
  ['none', `POST ${RPC} HTTP/1.0\r\n`],
  ['half an IPv6 address', `POST ${RPC} HTTP/1.1\r\nhost: [\r\n`],
  ['two words', `POST ${RPC} HTTP/1.1\r\nhost: a b\r\n`],
])('a call whose host is %s is refused and harms nobody else', async (_, head) => {
  const answer = await raw(`${head}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`);
  expect(answer).toBe('HTTP/1.1 400 Bad Request');
  expect(await alive()).toBe(200);
});

test('an HTTP/2 call with a broken authority is refused', async () => {
  expect(await overHttp2({ ':method': 'POST', ':path': RPC, ':authority': '[' })).toBe(400);
  expect(await alive()).toBe(200);
});

test('a deadline further away than any timer reaches is refused over HTTP and kept over gRPC', async () => {
  const response = await fetch(`http://127.0.0.1:${served.httpPort}${RPC}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'connect-timeout-ms': '9999999999' },
    body: '{}',
  });
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'invalid_argument']);
  const client = await served.client(CatalogService, { service: 'gateway' });
  await expect(client.getProduct({ productId: newId() }, { timeoutMs: 9_999_999_999 })).resolves.toBeDefined();
});

test('a page is found by its path, else by the longest beginning that has a page, whatever is asked of it', async () => {
  const page = async (path: string) => (await fetch(`http://127.0.0.1:${served.httpPort}${path}`)).text();
  expect(await Promise.all(['/shop', '/shop?a=/b', '/shop/x', '/shop/', '/shop/cart/1?a=b'].map(page))).toEqual([
    'exact',
    'exact',
    'beginning',
    'beginning',
    'longer',
  ]);
  const beside = await fetch(`http://127.0.0.1:${served.httpPort}/shopping`);
  expect(beside.status).toBe(404);
});
