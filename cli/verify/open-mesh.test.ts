import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#chassis/local/free-port.ts';
import { startNats } from '#chassis/testing/nats.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { ordersMigrations } from '../../services/orders/orders.ts';
import { keptMails } from './mails.ts';
import { waitUntilQuiet } from './quiet.ts';

let nats: Awaited<ReturnType<typeof startNats>>;
let orders: TestDatabase;
let nowhere: string;
beforeAll(async () => {
  nats = await startNats();
  orders = await testDatabase([ordersMigrations]);
  nowhere = `127.0.0.1:${await freePort()}`;
});
afterAll(async () => {
  await orders.drop();
  await nats.stop();
});

const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing is missing',
    ({ message }: Error) => message,
  );

describe('of a mesh, what is missing is named when it is', () => {
  test('the database of one service', async () => {
    const shipping = `postgres://shipping@${nowhere}/shipping`;
    const record = { databases: { orders: orders.url, shipping }, natsUrl: nats.url };
    const missing = `The database of shipping at ${nowhere} does not answer (connect ECONNREFUSED ${nowhere}).`;
    expect(await messageOf(waitUntilQuiet(record, 0))).toContain(missing);
  });

  test('the broker', async () => {
    const record = { databases: { orders: orders.url }, natsUrl: `nats://${nowhere}` };
    expect(await messageOf(waitUntilQuiet(record, 0))).toContain(`The broker at ${nowhere} does not answer`);
  });

  test('the mail server', async () => {
    expect(await messageOf(keptMails(`http://${nowhere}`))).toContain(`The mail server at ${nowhere} does not answer`);
  });
});

test('a database that refuses a statement is not taken for one that is missing', async () => {
  const record = { databases: { payments: orders.url }, natsUrl: nats.url };
  expect(await messageOf(waitUntilQuiet(record, 0))).toBe('relation "refund" does not exist');
});
