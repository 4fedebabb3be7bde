import { connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSinglePort, type SinglePort } from './single-port.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Answers every request with the protocol it came by. */
async function start(): Promise<{ port: number; server: SinglePort }> {
  const server = createSinglePort((request, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end(`HTTP/${request.httpVersion} ${request.url}`);
  });
  const port = await server.listen(0, '127.0.0.1');
  cleanups.push(() => server.drain(0));
  return { port, server };
}

function overHttp2(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', reject);
    const stream = session.request({ [constants.HTTP2_HEADER_PATH]: path });
    let body = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      body += chunk;
    });
    stream.on('end', () => {
      session.close();
      resolve(body);
    });
    stream.end();
  });
}

/** Sends the pieces one by one, each only once the one before has been flushed, and gives what comes back. */
function inPieces(port: number, pieces: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
    const send = (index: number) => {
      const piece = pieces[index];
      if (piece !== undefined) socket.write(piece, () => setImmediate(send, index + 1));
    };
    send(0);
  });
}

test('HTTP/1.1 and HTTP/2 are answered on the same port', async () => {
  const { port } = await start();
  const http1 = await fetch(`http://127.0.0.1:${port}/a`);
  expect([await http1.text(), await overHttp2(port, '/b')]).toEqual(['HTTP/1.1 /a', 'HTTP/2.0 /b']);
});

test('a request that trickles in byte by byte is understood', async () => {
  const { port } = await start();
  const answer = await inPieces(port, [...'PUT /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n']);
  expect(answer).toContain('HTTP/1.1 /a');
});

test('draining closes idle connections at once and refuses new ones', async () => {
  const { port, server } = await start();
  await (await fetch(`http://127.0.0.1:${port}/a`)).text();
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  await new Promise((resolve) => session.once('connect', resolve));
  const closed = new Promise((resolve) => session.once('close', resolve));
  await server.drain(5_000);
  await closed;
  await expect(fetch(`http://127.0.0.1:${port}/a`)).rejects.toThrow();
});

test('draining ends a connection of HTTP/2 without calls though its client never hangs up', async () => {
  const { port, server } = await start();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  cleanups.unshift(async () => void socket.destroy());
  socket.on('error', () => {});
  const settings = Buffer.from('000000040000000000', 'hex');
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]));
  await new Promise((resolve) => socket.once('data', resolve));
  const begin = performance.now();
  await server.drain(20_000);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

test('a call that is running when draining begins is answered before its connection ends', async () => {
  const answer = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const server = createSinglePort(async (_, response) => {
    arrived.resolve();
    await answer.promise;
    response.end('late');
  });
  const port = await server.listen(0, '127.0.0.1');
  const said = overHttp2(port, '/slow');
  await arrived.promise;
  const drained = server.drain(20_000);
  setTimeout(answer.resolve, 1_000);
  expect(await said).toBe('late');
  await drained;
});
