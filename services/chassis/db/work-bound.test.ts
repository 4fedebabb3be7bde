import { once } from 'node:events';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { newId } from '../ids.ts';
import { implement } from '../rpc/implementation.ts';
import { eventually } from '../testing/eventually.ts';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { type Served, serve } from '../testing/serve.ts';
import { inTransaction } from './transaction.ts';

let db: TestDatabase;
let observer: ReturnType<TestDatabase['another']>;
let served: Served;
let work: (signal: AbortSignal) => Promise<unknown>;
let outcome: PromiseSettledResult<unknown> | undefined;

const catalog = implement(CatalogService, {
  async getProduct(_, { signal }) {
    [outcome] = await Promise.allSettled([work(signal)]);
    return {};
  },
  batchGetProducts: async () => ({}),
  listProducts: async () => ({}),
  searchProducts: async () => ({}),
  upsertProduct: async () => ({}),
  importProducts: async () => ({}),
});

beforeAll(async () => {
  db = await testDatabase([]);
  observer = db.another();
  await db.sql`create table note (text text)`;
  served = await serve([catalog], { domain: 'catalog.tradewind', rules: {} });
});
beforeEach(async () => {
  outcome = undefined;
  await db.sql`truncate note`;
});
afterAll(async () => {
  await served.stop();
  await db.drop();
});

const sleeping = async () =>
  (
    await observer.sql`
      select 1 from pg_stat_activity
      where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()`
  ).length;

const ask = async (options: { timeoutMs?: number; signal?: AbortSignal }) => {
  const client = await served.client(CatalogService, { service: 'gateway' });
  return client.getProduct({ productId: newId() }, options).then(() => expect.unreachable(), ConnectError.from);
};

const insertSlowly = () =>
  inTransaction(db, async (tx) => {
    await tx`insert into note values ('half done')`;
    await tx`select pg_sleep(5)`;
  });

describe.each([
  ['a statement', () => db.sql`select pg_sleep(5)`],
  ['a statement in a transaction', insertSlowly],
  ['a statement in text', () => db.sql.unsafe('select pg_sleep(5)')],
])('%s that takes 5 seconds', (_, slow) => {
  it('frees its connection within half a second after the deadline of its call', async () => {
    work = slow;
    const error = await ask({ timeoutMs: 300 });
    expect(error.code).toBe(Code.DeadlineExceeded);
    await eventually(async () => expect(await sleeping()).toBe(0), { timeoutMs: 500 });
    expect(await db.sql`select * from note`).toHaveLength(0);
  });

  it('frees its connection when its caller has gone', async () => {
    work = slow;
    const caller = new AbortController();
    const asked = ask({ signal: caller.signal, timeoutMs: 10_000 });
    await eventually(async () => expect(await sleeping()).toBe(1));
    caller.abort();
    expect((await asked).code).toBe(Code.Canceled);
    await eventually(async () => expect(await sleeping()).toBe(0), { timeoutMs: 500 });
  });
});

it('a call that is over starts no more statements', async () => {
  work = async (signal) => {
    await once(signal, 'abort');
    await db.sql`insert into note values ('too late')`;
  };
  await ask({ timeoutMs: 100 });
  await eventually(() => expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(ConnectError) }));
  expect(await db.sql`select * from note`).toHaveLength(0);
});

it('parts of a statement that never run by themselves are left alone', async () => {
  work = () => db.sql`select ${db.sql`1 as one`}, pg_sleep(5)`;
  expect((await ask({ timeoutMs: 100 })).code).toBe(Code.DeadlineExceeded);
  await eventually(() => expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '57014' } }));
});
