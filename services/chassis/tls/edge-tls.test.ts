import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { certificate } from '../local/certificate.ts';
import { createSinglePort } from '../rpc/single-port.ts';
import { eventually } from '../testing/eventually.ts';
import { quietLog as log } from '../testing/quiet-log.ts';
import { openEdgeCertificate } from './edge-certificate.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Writes a certificate for `localhost` that calls itself `subject`, signed with its own key. */
function issue(directory: string, subject: string): { EDGE_TLS_CERT: string; EDGE_TLS_KEY: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kind = { uri: 'spiffe://edge.test/gateway' };
  const pem = certificate({ subject, issuer: subject, key: privateKey, seconds: 3_600, kind }, privateKey);
  const files = { EDGE_TLS_CERT: join(directory, 'edge.pem'), EDGE_TLS_KEY: join(directory, 'edge-key.pem') };
  writeFileSync(files.EDGE_TLS_CERT, pem);
  writeFileSync(files.EDGE_TLS_KEY, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return files;
}

async function start() {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-edge-'));
  const shown = openEdgeCertificate(issue(directory, 'first'), log, 50);
  const server = createSinglePort((request, response) => response.end(`HTTP/${request.httpVersion} ${request.url}`), {
    certificate: shown,
  });
  const port = await server.listen(0, '127.0.0.1');
  cleanups.push(
    () => server.drain(0),
    () => shown?.stop(),
    () => rmSync(directory, { recursive: true }),
  );
  return { port, directory };
}

const anyCertificate = { rejectUnauthorized: false };

async function overHttp1(port: number): Promise<string> {
  const request = httpsRequest({ port, host: '127.0.0.1', path: '/a', ...anyCertificate, agent: false }).end();
  const [response] = await once(request, 'response');
  return (await response.setEncoding('utf8').toArray()).join('');
}

async function overHttp2(port: number): Promise<string> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, anyCertificate);
  cleanups.unshift(() => session.destroy());
  return (await session.request({ ':path': '/b' }).setEncoding('utf8').toArray()).join('');
}

async function shownAt(port: number): Promise<string | undefined> {
  const socket = connectTls({ port, host: '127.0.0.1', ...anyCertificate });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

test('HTTP/1.1 and HTTP/2 are agreed on within TLS', async () => {
  const { port } = await start();
  expect([await overHttp1(port), await overHttp2(port)]).toEqual(['HTTP/1.1 /a', 'HTTP/2.0 /b']);
  const socket = connectTls({ port, host: '127.0.0.1', ...anyCertificate, ALPNProtocols: ['h2', 'http/1.1'] });
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe('h2');
  socket.destroy();
});

test('whoever reads in the clear is sent to https, and whoever sends in the clear is refused', async () => {
  const { port } = await start();
  const read = await fetch(`http://127.0.0.1:${port}/shop?q=tea`, { redirect: 'manual' });
  expect([read.status, read.headers.get('location')]).toEqual([308, `https://127.0.0.1:${port}/shop?q=tea`]);
  const sent = await fetch(`http://127.0.0.1:${port}/login`, { method: 'POST', body: 'password' });
  expect([sent.status, await sent.json()]).toMatchObject([403, { code: 'failed_precondition' }]);
});

test('a new certificate is shown to new connections without a restart, and a bad one is not', async () => {
  const { port, directory } = await start();
  expect(await shownAt(port)).toBe('first');
  writeFileSync(join(directory, 'edge.pem'), 'nonsense');
  issue(directory, 'second');
  await eventually(async () => expect(await shownAt(port)).toBe('second'));
  expect(await overHttp2(port)).toBe('HTTP/2.0 /b');
});

test.each([
  ['only one of the two', { EDGE_TLS_CERT: '/nowhere' }],
  ['files that are not there', { EDGE_TLS_CERT: '/nowhere', EDGE_TLS_KEY: '/nowhere' }],
])('%s cannot be started with', (_, files) => {
  expect(() => openEdgeCertificate(files, log)).toThrow(/^Bad configuration: EDGE_TLS_CERT/);
});
