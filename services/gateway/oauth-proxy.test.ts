import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { openAuthority, TRUST_DOMAIN } from '#chassis/local/authority.ts';
import { freePort } from '#chassis/local/free-port.ts';
import { createSinglePort } from '#chassis/rpc/single-port.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import { openIdentity } from '#chassis/tls/mesh-identity.ts';
import { peerOf } from '#chassis/tls/peer.ts';
import { edge } from './edge.ts';
import { type OAuthProxyOptions, oauthProxy } from './oauth-proxy.ts';

/** A server in identity's place that notes what it is asked. */
async function upstream(answer: RequestListener = (_, response) => void response.end('answered')) {
  const asked: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ request, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The way in from outside, as the gateway has it. */
async function proxied(targets: string[], options: Partial<OAuthProxyOptions> = {}) {
  const proxy = oauthProxy({ targets, ...options });
  const before = edge({ allowedOrigins: '*', trustedProxies: 0 });
  const port = createSinglePort((request, response) => {
    if (!before(request, response)) void proxy(request, response);
  });
  const at = await port.listen(0, '127.0.0.1');
  onTestFinished(() => port.drain(0));
  return { url: `http://127.0.0.1:${at}`, port: at };
}

test('hands a request on as it is, under the address it came from and no claim of its own', async () => {
  const identity = await upstream();
  const { url } = await proxied([identity.url]);
  const response = await fetch(`${url}/oauth2/token?a=b`, {
    method: 'POST',
    headers: {
      authorization: 'Basic b3JkZXJz',
      cookie: 'a=1; b=2',
      'content-type': 'application/x-www-form-urlencoded',
      'x-client-address': '6.6.6.6',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'elsewhere.example',
      forwarded: 'for=6.6.6.6',
    },
    body: 'grant_type=client_credentials',
  });
  expect(await response.text()).toBe('answered');
  const [{ request, body } = { request: undefined, body: '' }] = identity.asked;
  expect(request).toMatchObject({ method: 'POST', url: '/oauth2/token?a=b' });
  expect(body).toBe('grant_type=client_credentials');
  expect(request?.headers).toMatchObject({
    authorization: 'Basic b3JkZXJz',
    cookie: 'a=1; b=2',
    'x-client-address': '127.0.0.1',
  });
  expect(JSON.stringify(request?.headers)).not.toMatch(/6\.6\.6\.6|elsewhere/);
});

test('gives the answer back with every cookie and redirect, and says itself which pages may read it', async () => {
  const identity = await upstream((_, response) => {
    response.setHeader('set-cookie', ['a=1; path=/oauth2', 'b=2; httponly']);
    response.setHeader('access-control-allow-origin', 'https://elsewhere.example');
    response.writeHead(303, { location: 'https://partner.example/back?code=1' });
    response.end();
  });
  const { url } = await proxied([identity.url]);
  const response = await fetch(`${url}/oauth2/authorize`, {
    redirect: 'manual',
    headers: { origin: 'https://a.example' },
  });
  expect(response.status).toBe(303);
  expect(response.headers.getSetCookie()).toEqual(['a=1; path=/oauth2', 'b=2; httponly']);
  expect(response.headers.get('location')).toBe('https://partner.example/back?code=1');
  expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example');
});

test('a header that its client calls one of the connection goes no further', async () => {
  const identity = await upstream();
  const { port } = await proxied([identity.url]);
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'GET /oauth2/authorize HTTP/1.1\r\nHost: a\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nTE: trailers\r\nX-Open: 1\r\n\r\n',
  );
  await text(socket);
  const headers = identity.asked[0]?.request.headers;
  expect(headers).toMatchObject({ 'x-open': '1' });
  expect(headers).not.toHaveProperty('x-secret');
  expect(headers).not.toHaveProperty('te');
});

test('answers HTTP/2 alike', async () => {
  const identity = await upstream((_, response) => {
    response.writeHead(200, { connection: 'close', 'content-type': 'text/plain' });
    response.end('answered');
  });
  const { url } = await proxied([identity.url]);
  const session = connectHttp2(url);
  onTestFinished(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': '/oauth2/token' });
  stream.end('a=b');
  expect(await text(stream)).toBe('answered');
  expect(identity.asked[0]?.body).toBe('a=b');
});

test('a request that is too long is refused, and identity never hears of it', async () => {
  const identity = await upstream();
  const { url } = await proxied([identity.url]);
  const response = await fetch(`${url}/oauth2/token`, { method: 'POST', body: 'a'.repeat(65_537) });
  expect(response.status).toBe(413);
  expect((await fetch(`${url}/oauth2/token`, { method: 'POST', body: 'a'.repeat(65_536) })).status).toBe(200);
  expect(identity.asked).toHaveLength(1);
});

test('a request that does not arrive in time is refused, and identity never hears of it', async () => {
  const identity = await upstream();
  const { port } = await proxied([identity.url], { timeoutMs: 50 });
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\na=b');
  const [line] = await new Promise<string[]>((resolve) =>
    socket.once('data', (data) => resolve(String(data).split('\r\n'))),
  );
  expect(line).toBe('HTTP/1.1 408 Request Timeout');
  expect(identity.asked).toHaveLength(0);
});

test('an answer that does not begin in time is given up', async () => {
  const identity = await upstream(() => {});
  const { url } = await proxied([identity.url], { timeoutMs: 50 });
  expect((await fetch(`${url}/oauth2/token`, { method: 'POST', body: 'a=b' })).status).toBe(504);
});

test('an answer that breaks off is a failure, and is not asked for again elsewhere', async () => {
  const broken = await upstream((request) => request.socket.destroy());
  const whole = await upstream();
  const { url } = await proxied([broken.url, whole.url]);
  expect((await fetch(`${url}/oauth2/token`, { method: 'POST', body: 'code=1' })).status).toBe(502);
  expect(whole.asked).toHaveLength(0);
});

test('goes to another instance when one cannot be reached, and says so when none can', async () => {
  const identity = await upstream();
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const { url } = await proxied([nobody, identity.url]);
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => fetch(`${url}/oauth2/token`, { method: 'POST', body: 'a=b' })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const alone = await proxied([nobody]);
  expect((await fetch(`${alone.url}/oauth2/token`)).status).toBe(503);
});

test('with an identity it goes by certificates, and to nobody but identity', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-proxy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const authority = openAuthority(folder);
  const identityOf = (name: string) => {
    authority.certify(name, 60);
    const opened = openIdentity({ ...authority.filesOf(name), TRUST_DOMAIN }, name, quietLog);
    if (!opened) throw new Error('no identity');
    onTestFinished(() => opened.stop());
    return opened;
  };
  const serve = async (name: string) => {
    const asked = { ...identityOf(name).current(), requestCert: true, rejectUnauthorized: false };
    const server = createSecureServer(asked, ({ socket }, response) => {
      const peer = peerOf(socket, TRUST_DOMAIN);
      response.end('service' in peer ? peer.service : peer.problem);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const identity = identityOf('gateway');
  const { url } = await proxied([await serve('identity')], { identity });
  expect(await (await fetch(`${url}/oauth2/token`)).text()).toBe('gateway');
  const impostor = await proxied([await serve('catalog')], { identity });
  expect((await fetch(`${impostor.url}/oauth2/token`)).status).toBe(503);
});
