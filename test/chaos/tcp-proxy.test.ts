import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '#chassis/testing/eventually.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

let echo: Server;
let proxy: TcpProxy;
const open: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  proxy = await startProxy({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

function caller() {
  const socket = connect(proxy.port, '127.0.0.1');
  open.push(socket);
  const heard = { text: '', error: '' };
  socket.on('data', (chunk) => (heard.text += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (heard.error = error.code ?? ''));
  return { socket, heard };
}

test('what is said is carried both ways', async () => {
  const { socket, heard } = caller();
  socket.write('hello');
  await eventually(() => expect(heard.text).toBe('hello'));
});

test('a reset ends what is open, and what is opened next is carried again', async () => {
  const first = caller();
  first.socket.write('a');
  await eventually(() => expect(first.heard.text).toBe('a'));
  proxy.reset();
  await eventually(() => expect(first.heard.error).toBe('ECONNRESET'));
  const second = caller();
  second.socket.write('b');
  await eventually(() => expect(second.heard.text).toBe('b'));
});

test('a delay holds back, in order', async () => {
  const { socket, heard } = caller();
  proxy.delay(100);
  const begin = performance.now();
  socket.write('1');
  socket.write('2');
  await eventually(() => expect(heard.text).toBe('12'));
  expect(performance.now() - begin).toBeGreaterThan(150);
});

test('what is dropped never comes, and healing ends the connections that lost it', async () => {
  const { socket, heard } = caller();
  socket.write('a');
  await eventually(() => expect(heard.text).toBe('a'));
  proxy.drop();
  socket.write('b');
  proxy.heal();
  await eventually(() => expect(heard).toEqual({ text: 'a', error: 'ECONNRESET' }));
});

test('a connection that was forgotten carries nothing and does not end, while those opened next are carried', async () => {
  const first = caller();
  first.socket.write('a');
  await eventually(() => expect(first.heard.text).toBe('a'));
  proxy.drop();
  first.socket.write('b');
  proxy.forget();
  first.socket.write('c');
  const second = caller();
  second.socket.write('d');
  await eventually(() => expect(second.heard.text).toBe('d'));
  expect(first.heard).toEqual({ text: 'a', error: '' });
  proxy.heal();
  await eventually(() => expect(first.heard.error).toBe('ECONNRESET'));
});
