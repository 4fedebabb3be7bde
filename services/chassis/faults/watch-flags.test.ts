import { Code } from '@connectrpc/connect';
import { connect, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { eventually } from '../testing/eventually.ts';
import { startNats, type TestNats } from '../testing/nats.ts';
import { quietLog } from '../testing/quiet-log.ts';
import { type Flag, flagsOf, openFlags, writtenFlag } from './flag.ts';
import { type WatchedFlags, watchFlags } from './watch-flags.ts';

let nats: TestNats;
let connection: NatsConnection;
const watching: WatchedFlags[] = [];
beforeAll(async () => {
  nats = await startNats();
  connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
});
afterEach(async () => {
  for (const watched of watching.splice(0)) await watched.stop();
  const bucket = await openFlags(connection);
  for (const { id } of await flagsOf(bucket, new Date(0))) await bucket.delete(id);
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

function watch(): WatchedFlags {
  const watched = watchFlags({ url: nats.url, service: 'test', log: quietLog });
  watching.push(watched);
  return watched;
}

const flag = (more: Partial<Flag> = {}): Flag => ({
  id: newId(),
  rpc: '*',
  percent: 100,
  abort: Code.Unavailable,
  until: new Date(Date.now() + 60_000),
  ...more,
});
const put = async (each: Flag) => (await openFlags(connection)).put(each.id, writtenFlag(each));
const seen = (watched: WatchedFlags, ...expected: Flag[]) =>
  eventually(async () => expect(watched.faults).toEqual(expected));

test('every process that watches sees a flag come and go', async () => {
  const both = [watch(), watch()];
  const set = flag({ service: 'payments', caller: 'orders', percent: 20, delayMs: 200 });
  await put(set);
  for (const watched of both) await seen(watched, set);
  await (await openFlags(connection)).delete(set.id);
  for (const watched of both) await seen(watched);
});

test('a process that starts later sees what is on', async () => {
  const set = flag();
  await put(set);
  await seen(watch(), set);
});

test('a flag ends by itself', async () => {
  const watched = watch();
  const [short, long] = [flag({ until: new Date(Date.now() + 1_500) }), flag()];
  await put(long);
  await put(short);
  await eventually(async () => expect(watched.faults).toHaveLength(2));
  await seen(watched, long);
  expect(await flagsOf(await openFlags(connection), long.until)).toEqual([]);
});

test('what is no flag is none', async () => {
  const watched = watch();
  const bucket = await openFlags(connection);
  const set = flag();
  for (const text of ['{', '{}', JSON.stringify({ ...set, percent: 1_000 }), JSON.stringify({ ...set, until: 'soon' })])
    await bucket.put(newId(), text);
  await put(set);
  await seen(watched, set);
});

test('flags survive the broker, and are heard of again when it is back', async () => {
  const watched = watch();
  const [before, after] = [flag(), flag()];
  await put(before);
  await seen(watched, before);
  await nats.crash();
  await eventually(() => put(after));
  await seen(watched, before, after);
});
