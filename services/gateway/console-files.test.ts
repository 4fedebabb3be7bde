import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consoleFiles } from './console-files.ts';

const SCRIPT = 'console.log("a shop");\n'.repeat(40);
const DOCUMENT = '<!doctype html><title>Shop</title>';

let folder: string;
let server: Server;
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-console-'));
  mkdirSync(join(folder, 'dist', 'assets'), { recursive: true });
  const put = (path: string, bytes: string | Uint8Array) => writeFileSync(join(folder, 'dist', path), bytes);
  writeFileSync(join(folder, 'secret.txt'), 'not for anybody');
  put('secret.txt', 'no part of the build');
  put('index.html', DOCUMENT);
  put('assets/main-1a2b.js', SCRIPT);
  put('assets/main-1a2b.js.br', brotliCompressSync(SCRIPT));
  const files = [
    { path: 'index.html', etag: 'd0' },
    { path: 'assets/main-1a2b.js', etag: 's0' },
  ];
  put('site.json', JSON.stringify({ pages: ['/', '/cart', '/orders/*'], files }));
  const handler = consoleFiles(join(folder, 'dist'));
  server = createServer((request, response) => handler?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${origin}${path}`, { method, headers: { 'accept-encoding': 'identity', ...headers } });

/** Sent byte for byte: fetch would tidy the path up. */
function askRaw(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('end', () => resolve(answer)).on('error', reject);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  });
}

describe('a page', () => {
  test.each(['/', '/cart', '/cart?x=1', '/orders/01a1', '/orders/a/b'])('%s is the document', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toBe(DOCUMENT);
  });

  test('is asked for anew each time, and answered without a body when it is as before', async () => {
    const first = await ask('/cart');
    expect(first.headers.get('cache-control')).toBe('no-cache');
    const again = await ask('/', { 'if-none-match': `W/${first.headers.get('etag')}` });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test('lets no script or style in but from here, and nobody frame it', async () => {
    const policy = (await ask('/')).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|script-src|style-src/);
  });
});

describe('an asset', () => {
  test('may be kept for ever, since its name holds its content', async () => {
    const response = await ask('/assets/main-1a2b.js');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await response.text()).toBe(SCRIPT);
  });

  test('is sent compressed to who takes that, under a tag of its own, and plain to who does not', async () => {
    const compressed = await ask('/assets/main-1a2b.js', { 'accept-encoding': 'gzip, br' });
    expect(compressed.headers.get('content-encoding')).toBe('br');
    expect(await compressed.text()).toBe(SCRIPT);
    const plain = await ask('/assets/main-1a2b.js', { 'accept-encoding': 'br;q=0, gzip' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('etag')).not.toBe(compressed.headers.get('etag'));
    expect(plain.headers.get('vary')).toContain('accept-encoding');
  });

  test('tells its size to HEAD and sends nothing', async () => {
    const response = await ask('/assets/main-1a2b.js', {}, 'HEAD');
    expect(response.headers.get('content-length')).toBe(String(SCRIPT.length));
    expect(await response.text()).toBe('');
  });
});

describe('anything else', () => {
  test.each(['/assets/none.js', '/nothing', '/secret.txt', '/site.json', '/assets', '/v1/nothing'])(
    '%s is not there',
    async (path) => {
      const response = await ask(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('application/json');
    },
  );

  test.each(['/../secret.txt', '/assets/../../secret.txt', '/assets/%2e%2e/%2e%2e/secret.txt', '/..%2fsecret.txt'])(
    '%s leads nowhere',
    async (path) => {
      const answer = await askRaw(path);
      expect(answer).toMatch(/^HTTP\/1\.1 404/);
      expect(answer).not.toContain('not for anybody');
    },
  );

  test.each(['/nothing', '/product/1?next=/cart'])('%s in a browser is the document, as not found', async (path) => {
    const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const response = await ask(path, { ...browser, 'if-none-match': '*' });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe(DOCUMENT);
    expect(response.headers.get('etag')).toBeNull();
    const page = await ask('/cart', browser);
    for (const name of ['content-type', 'content-security-policy', 'cache-control', 'x-frame-options', 'vary'])
      expect(response.headers.get(name), name).toBe(page.headers.get(name));
  });

  test('that is called like an RPC is none in a browser either', async () => {
    const response = await ask('/tradewind.orders.v9.OrdersService/GetOrder', { accept: 'text/html' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  test('is named without its query, which may be a secret', async () => {
    const text = await (await ask('/signed-in?code=abc123')).text();
    expect(text).toContain('/signed-in');
    expect(text).not.toContain('abc123');
  });

  test('cannot be posted to', async () => {
    expect((await ask('/cart', { accept: 'text/html' }, 'POST')).status).toBe(404);
    expect((await ask('/nothing', { accept: 'text/html' }, 'POST')).headers.get('content-type')).toContain('json');
  });
});

test('without a build there is nothing to serve', () => {
  expect(consoleFiles(join(folder, 'nowhere'))).toBeUndefined();
});
