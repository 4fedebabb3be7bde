import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { connectDatabase } from './connect.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Stands before a database and resets each of the first connections when the server has let it in. */
async function breakingAtFirst(db: TestDatabase, breaks: number): Promise<string> {
  const { port, hostname } = new URL(db.url);
  const sockets = new Set<Socket>();
  let left = breaks;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => void server.write(bytes)).on('close', () => server.destroy());
    server
      .on('close', () => client.destroy())
      .on('data', (bytes) => {
        client.write(bytes);
        if (left === 0 || !bytes.includes(READY)) return;
        left--;
        setImmediate(() => client.resetAndDestroy());
      });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const url = new URL(db.url);
  url.port = String((proxy.address() as AddressInfo).port);
  return url.href;
}

/** ReadyForQuery, idle: the end of what a server says to who logs in. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

test('connections that break as they open fail statements and nothing else: no rejection is left that nobody hears', async () => {
  const db = await testDatabase([]);
  cleanups.push(() => db.drop());
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', hear);
  cleanups.push(() => process.off('unhandledRejection', hear));
  const away = connectDatabase({ url: await breakingAtFirst(db, 5), max: 1, service: 'test' });
  cleanups.push(() => away.close());
  await expect
    .poll(
      () =>
        away.ping().then(
          () => 'answered',
          () => 'failed',
        ),
      { timeout: 10_000 },
    )
    .toBe('answered');
  expect(unheard).toEqual([]);
});
