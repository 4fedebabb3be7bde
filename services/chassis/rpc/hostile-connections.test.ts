import { once } from 'node:events';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { registry } from '../metrics.ts';
import { eventually } from '../testing/eventually.ts';
import { quietLog as log } from '../testing/quiet-log.ts';
import { Health } from './health.ts';
import { INSIDE, type PortLimits } from './port-limits.ts';
import { createRpcServer } from './server.ts';
import { createSinglePort } from './single-port.ts';

const RPC = '/tradewind.catalog.v1.CatalogService/GetProduct';
const HOST = 'host: x\r\n';
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const cleanups: (() => unknown)[] = [];
beforeEach(() => registry.resetMetrics());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A port with a whole server behind it, and limits that a test can wait for. */
async function start(limits: Partial<PortLimits> = {}): Promise<number> {
  const impl = Object.fromEntries(CatalogService.methods.map(({ localName }) => [localName, async () => ({})]));
  const server = createRpcServer({
    routes: [{ service: CatalogService, impl }],
    errors: { domain: 'catalog.tradewind', rules: {} },
    access: [],
    log,
    health: new Health([]),
    host: '127.0.0.1',
    grpcPort: undefined,
    httpPort: 0,
    limits: { ...INSIDE, ...limits },
  });
  const { httpPort } = await server.start();
  cleanups.unshift(() => server.drain(0));
  return httpPort;
}

interface Conversation {
  socket: Socket;
  heard: () => string;
  /** Everything that was said, once the other side has hung up. */
  ended: Promise<string>;
}

function talk(port: number, ...says: (string | Uint8Array)[]): Conversation {
  const socket = connect(port, '127.0.0.1');
  cleanups.unshift(() => socket.destroy());
  let heard = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  socket.on('error', () => {});
  for (const each of says) socket.write(typeof each === 'string' ? Buffer.from(each, 'latin1') : each);
  // Whoever still writes when the other side hangs up hears of it as an error first.
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)));
  return { socket, heard: () => heard, ended };
}

const isAlive = async (port: number) => (await fetch(`http://127.0.0.1:${port}/health/live`)).status;

async function refusals(): Promise<Record<string, number>> {
  const metric = await registry.getSingleMetric('tradewind_http_refused_total')?.get();
  return Object.fromEntries(metric?.values.map(({ labels, value }) => [String(labels.reason), value]) ?? []);
}

const body = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

const chunked = (coding: string, version = '1.1') =>
  `POST ${RPC} HTTP/${version}\r\n${HOST}content-type: application/json\r\n${coding}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
const sized = (lengths: string) =>
  `POST ${RPC} HTTP/1.1\r\n${HOST}content-type: application/json\r\n${lengths}\r\n\r\n{}`;

const malformed: [string, string][] = [
  ['a method that is none', `GE(T / HTTP/1.1\r\n${HOST}\r\n`],
  ['a space in the path', `GET /a b HTTP/1.1\r\n${HOST}\r\n`],
  ['a version that does not exist', `GET / HTTP/9.9\r\n${HOST}\r\n`],
  ['bytes that are no text', '\x00\xff\x13\x37\r\n\r\n'],
  ['lines that end in a bare line feed', 'GET / HTTP/1.1\nhost: x\n\n'],
  ['a bare carriage return in a value', `GET / HTTP/1.1\r\n${HOST}x-a: a\rx-user-id: root\r\n\r\n`],
  ['a NUL in a value', `GET / HTTP/1.1\r\n${HOST}x-a: a\0b\r\n\r\n`],
  ['a folded header', `GET / HTTP/1.1\r\n${HOST}x-a: a\r\n b\r\n\r\n`],
  ['a space before the first header', `GET / HTTP/1.1\r\n x-a: a\r\n${HOST}\r\n`],
  ['content-length and transfer-encoding', chunked('content-length: 4\r\ntransfer-encoding: chunked')],
  ['two content-lengths', sized('content-length: 2\r\ncontent-length: 3')],
  ['the same content-length twice', sized('content-length: 2\r\ncontent-length: 2')],
  ['a list of content-lengths', sized('content-length: 2, 2')],
  ['a signed content-length', sized('content-length: +2')],
  ['a negative content-length', sized('content-length: -2')],
  ['a transfer-encoding that is folded', chunked('transfer-encoding:\r\n chunked')],
  ['a transfer-encoding with a space before the colon', chunked('transfer-encoding : chunked')],
  ['a transfer-encoding after a vertical tab', chunked('transfer-encoding:\x0bchunked')],
  ['chunked and then another coding', chunked('transfer-encoding: chunked, identity')],
  [
    'a length of a chunk that is none',
    `${sized('transfer-encoding: chunked')}`.replace('{}', '0x2\r\n{}\r\n0\r\n\r\n'),
  ],
];

const ambiguous: [string, string][] = [
  ['a transfer-encoding nobody knows', chunked('transfer-encoding: xchunked')],
  ['another coding and then chunked', chunked('transfer-encoding: identity, chunked')],
  ['a transfer-encoding in HTTP/1.0', chunked('transfer-encoding: chunked', '1.0')],
  ['two hosts', `GET /health/live HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n`],
  ['HTTP/0.9', 'GET /health/live\r\n\r\n'],
];

describe.each([
  ['malformed', malformed],
  ['ambiguous', ambiguous],
] as const)('a request that is %s', (reason, requests) => {
  test.each(requests)('is refused and its connection ended: %s', async (_, request) => {
    const port = await start();
    const answer = await talk(port, request, `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`).ended;
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer.match(/HTTP\/1.1 /g)).toHaveLength(1);
    expect(body(answer)).toMatchObject({ code: 'invalid_argument', details: [{ debug: { domain: 'tradewind' } }] });
    expect(answer).toMatch(/\r\nx-correlation-id: [\w-]+\r\n/);
    expect(await refusals()).toEqual({ [reason]: 1 });
    expect(await isAlive(port)).toBe(200);
  });
});

test('headers that are too large are refused with 431', async () => {
  const port = await start({ headerBytes: 8_192 });
  const answer = await talk(port, `GET / HTTP/1.1\r\n${HOST}x-a: ${'a'.repeat(9_000)}\r\n\r\n`).ended;
  expect(answer).toMatch(/^HTTP\/1.1 431 /);
  expect(body(answer).details[0].debug.reason).toBe('HEADERS_TOO_LARGE');
  expect(await refusals()).toEqual({ headers_too_large: 1 });
});

const many = (count: number): [string, string][] => Array.from({ length: count }, (_, at) => [`x-${at}`, 'a']);

test('more headers than are read are refused with 431, and none is passed over', async () => {
  const port = await start();
  const lines = (count: number) => many(count).map(([name, value]) => `${name}: ${value}\r\n`);
  const ask = (count: number) =>
    talk(port, `GET /health/live HTTP/1.1\r\n${HOST}connection: close\r\n${lines(count).join('')}\r\n`).ended;
  expect(await ask(126)).toMatch(/^HTTP\/1.1 200 /);
  for (const count of [127, 1_900]) {
    const answer = await ask(count);
    expect([count, answer.slice(0, 12)]).toEqual([count, 'HTTP/1.1 431']);
    expect(body(answer).details[0].debug.reason).toBe('HEADERS_TOO_LARGE');
  }
  expect(await refusals()).toEqual({ headers_too_large: 2 });
});

test('a call over HTTP/2 with more headers than are read is not served, and the connection goes on', async () => {
  const session = connectHttp2(`http://127.0.0.1:${await start()}`);
  cleanups.unshift(() => session.destroy());
  const ask = async (count: number) => {
    const stream = session.request({ ':path': '/health/live', ...Object.fromEntries(many(count)) });
    stream.resume();
    const answered = once(stream, 'response').then(([headers]) => headers[':status']);
    return Promise.race([answered, once(stream, 'close').then(() => stream.rstCode)]).catch(() => stream.rstCode);
  };
  expect([await ask(100), await ask(200), await ask(100)]).toEqual([200, constants.NGHTTP2_ENHANCE_YOUR_CALM, 200]);
});

test('a head that comes a byte at a time is given up', async () => {
  const port = await start({ headersMs: 300 });
  const { socket, ended } = talk(port, `GET / HTTP/1.1\r\n${HOST}`);
  const drip = setInterval(() => socket.write('a'), 50);
  cleanups.unshift(() => clearInterval(drip));
  expect(await ended).toMatch(/^HTTP\/1.1 408 /);
  expect(await refusals()).toEqual({ too_slow: 1 });
});

test('a body that comes a byte at a time is given up', async () => {
  const port = await start({ messageMs: 400 });
  const head = `POST ${RPC} HTTP/1.1\r\n${HOST}content-type: application/json\r\ncontent-length: 1000\r\n\r\n`;
  const { socket, ended } = talk(port, head);
  const drip = setInterval(() => socket.write(' '), 50);
  cleanups.unshift(() => clearInterval(drip));
  expect(await ended).toMatch(/^HTTP\/1.1 408 /);
  expect((await refusals()).too_slow).toBeGreaterThanOrEqual(1);
});

test('a body over HTTP/2 that does not come is given up, and the connection goes on', async () => {
  const session = connectHttp2(`http://127.0.0.1:${await start({ messageMs: 300 })}`);
  cleanups.unshift(() => session.destroy());
  const stream = session.request({ ':method': 'POST', ':path': RPC, 'content-type': 'application/json' });
  stream.on('error', () => {});
  stream.resume().write('{');
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(408);
  await once(stream, 'close');
  const next = session.request({ ':method': 'GET', ':path': '/health/live' });
  next.resume();
  expect((await once(next, 'response'))[0][':status']).toBe(200);
});

test('a connection that says nothing after the preface of HTTP/2 is ended', async () => {
  const port = await start({ idleMs: 200 });
  await talk(port, PREFACE).ended;
  expect(await isAlive(port)).toBe(200);
});

test('one address has no more connections than it may, and has them again when it closes some', async () => {
  const port = await start({ connectionsPerAddress: 3 });
  const held = [1, 2, 3].map(() => talk(port, 'GET '));
  await eventually(async () => {
    const over = talk(port, `GET /health/live HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`);
    expect(await over.ended).toBe('');
  });
  expect((await refusals()).too_many_connections).toBeGreaterThanOrEqual(1);
  for (const { socket } of held) socket.destroy();
  await eventually(async () => expect(await isAlive(port)).toBe(200));
});

test.each([
  ['/../../etc/passwd'],
  ['/%2e%2e/%2e%2e/etc/passwd'],
  ['//health/live'],
  ['/health/live/'],
  ['/health\\live'],
  ['/health/live%00'],
  ['/health/live;x'],
  [`/x/..${RPC}`],
  ['http://elsewhere/health/live'],
])('there is nothing at %s', async (path) => {
  const port = await start();
  const { ended } = talk(port, `GET ${path} HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`);
  const answer = await ended;
  expect(answer).toMatch(/^HTTP\/1.1 404 /);
  expect(body(answer)).toMatchObject({ code: 'not_found', details: [{ debug: { domain: 'tradewind' } }] });
});

/** A frame of HTTP/2, RFC 9113 section 4.1. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Headers without any compression (RFC 7541, section 6.2.2). */
function headerBlock(headers: [string, string][]): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
  return Buffer.concat(headers.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/** The preface of HTTP/2 with empty settings. */
const BEGINNING = [PREFACE, frame(4, 0, 0, Buffer.alloc(0))];

const PSEUDO: [string, string][] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/health/live'],
  [':authority', 'x'],
];

test.each([
  ['connection', 'keep-alive'],
  ['transfer-encoding', 'chunked'],
  ['keep-alive', '1'],
  ['upgrade', 'h2c'],
  ['te', 'chunked'],
  ['X-Upper', 'case'],
  ['content-length', '5'],
])('a call over HTTP/2 with the header %s: %j is not served', async (name, value) => {
  const port = await start();
  const RST_STREAM = 3;
  const { socket, heard } = talk(port, ...BEGINNING, frame(1, 5, 1, headerBlock([...PSEUDO, [name, value]])));
  const types = () => {
    const bytes = Buffer.from(heard(), 'latin1');
    const seen: number[] = [];
    for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) seen.push(bytes.readUInt8(at + 3));
    return seen;
  };
  await eventually(() => expect(types()).toContain(RST_STREAM));
  expect(types()).not.toContain(0);
  socket.destroy();
  expect(await isAlive(port)).toBe(200);
});

test.each([
  ['a line break', 'a\r\nx-user-id: root'],
  ['a NUL', 'a\0b'],
])('a header over HTTP/2 whose value has %s reaches nobody', async (_, value) => {
  const seen = Promise.withResolvers<string[]>();
  const port = createSinglePort((request, response) => {
    seen.resolve(Object.keys(request.headers));
    response.end();
  });
  const at = await port.listen(0, '127.0.0.1');
  cleanups.unshift(() => port.drain(0));
  talk(at, ...BEGINNING, frame(1, 5, 1, headerBlock([...PSEUDO, ['x-a', value], ['x-b', 'b']])));
  expect(await seen.promise).toEqual([':method', ':scheme', ':path', ':authority', 'x-b']);
});

test('a client that resets every call it opens loses its connection, and others do not notice', async () => {
  const port = await start();
  const block = headerBlock(PSEUDO);
  const cancel = Buffer.from([0, 0, 0, 8]);
  const flood = Array.from({ length: 20_000 }, (_, index) =>
    Buffer.concat([frame(1, 5, 2 * index + 1, block), frame(3, 0, 2 * index + 1, cancel)]),
  );
  await talk(port, ...BEGINNING, Buffer.concat(flood)).ended;
  expect(await isAlive(port)).toBe(200);
  expect(await refusals()).toEqual({ session_broken: 1 });
});

test('headers over HTTP/2 that never end are given up', async () => {
  const port = await start({ idleMs: 300 });
  const { socket, ended } = talk(port, ...BEGINNING, frame(1, 0, 1, headerBlock(PSEUDO)));
  const drip = setInterval(() => socket.write(frame(9, 0, 1, headerBlock([['x-a', 'b']]))), 20);
  cleanups.unshift(() => clearInterval(drip));
  await ended;
  expect(await isAlive(port)).toBe(200);
});
