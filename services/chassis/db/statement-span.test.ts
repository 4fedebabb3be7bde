import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { eq } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTelemetry, withSpan } from '../telemetry.ts';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { ormOf } from './orm.ts';
import { inTransaction } from './transaction.ts';

const noteTable = pgTable('note', { text: text('text').primaryKey() });
const SECRET = 'nobody’s business';

const spans = new InMemorySpanExporter();
let telemetry: Awaited<ReturnType<typeof startTelemetry>>;
let db: TestDatabase;
beforeAll(async () => {
  telemetry = await startTelemetry({ service: 'test', version: '0', processor: new SimpleSpanProcessor(spans) });
  db = await testDatabase([]);
  await db.sql`create table note (text text primary key)`;
});
beforeEach(async () => {
  await db.sql`truncate note`;
  spans.reset();
});
afterAll(async () => {
  await db.drop();
  await telemetry.shutdown();
});

/** The spans that a piece of work made within one of its own, which is left out. */
async function spansOf(work: (span: Span) => PromiseLike<unknown>): Promise<ReadableSpan[]> {
  await withSpan('work', {}, async (span) => void (await work(span))).catch(() => undefined);
  return spans.getFinishedSpans().slice(0, -1);
}

const orm = () => ormOf(db);
const notes = async () => (await db.sql`select text from note`).length;

test.each([
  ['by hand', () => db.sql`select * from note where text = ${SECRET}`, 'select * from note where text = $1'],
  [
    'as text',
    () => db.sql.unsafe('select * from note where text = $1', [SECRET]),
    'select * from note where text = $1',
  ],
  [
    'in parts',
    () => db.sql`select * from ${db.sql('note')} ${db.sql`where text = ${SECRET}`}`,
    'select * from "note" where text = $1',
  ],
  [
    'by drizzle',
    () => orm().select().from(noteTable).where(eq(noteTable.text, SECRET)),
    'select "text" from "note" where "note"."text" = $1',
  ],
])('a statement made %s is a span of the running one, without its parameters', async (_, ask, query) => {
  const [span, ...others] = await spansOf(ask);
  expect(others).toEqual([]);
  expect(span).toMatchObject({
    name: 'SELECT note',
    kind: SpanKind.CLIENT,
    attributes: { 'db.system.name': 'postgresql', 'db.query.text': query, 'db.query.summary': 'SELECT note' },
    status: { code: SpanStatusCode.UNSET },
  });
  expect(span?.parentSpanContext?.spanId).toBe(spans.getFinishedSpans().at(-1)?.spanContext().spanId);
});

test.each([
  ['by hand', () => inTransaction(db, (tx) => tx`insert into note values (${SECRET})`)],
  ['by drizzle', () => orm().transaction((tx) => tx.insert(noteTable).values({ text: SECRET }))],
])('a transaction made %s is a span around its statements', async (_, ask) => {
  const [statement, transaction] = await spansOf(ask);
  expect([statement?.name, transaction?.name]).toEqual(['INSERT note', 'transaction']);
  expect(statement?.parentSpanContext?.spanId).toBe(transaction?.spanContext().spanId);
  expect(await notes()).toBe(1);
});

test('a failed statement says what PostgreSQL calls the failure, and no values', async () => {
  await db.sql`insert into note values (${SECRET})`;
  const [span] = await spansOf(() => db.sql`insert into note values (${SECRET})`);
  expect(span).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': '23505' } });
  expect(JSON.stringify(spans.getFinishedSpans().map(({ attributes, events }) => [attributes, events]))).not.toContain(
    SECRET,
  );
});

describe('within a span', () => {
  test('a statement runs when it is awaited, once however often, and never when it is not', async () => {
    const made = await spansOf(async () => {
      db.sql`insert into note values ('never asked for')`;
      const asked = db.sql`insert into note values ('asked for')`;
      await Promise.all([asked, asked]);
    });
    expect(made.map(({ name }) => name)).toEqual(['INSERT note']);
    expect(await notes()).toBe(1);
  });

  test('statements keep their methods', async () => {
    await db.sql`insert into note values ('a'), ('b')`;
    const asked = await withSpan('work', {}, async () => ({
      values: await db.sql`select text from note order by text`.values(),
      columns: (await db.sql`select text from note`.describe()).columns.map(({ name }) => name),
      portions: await Array.fromAsync(db.sql`select text from note order by text`.cursor(1), ([row]) => row?.text),
    }));
    expect(asked).toEqual({ values: [['a'], ['b']], columns: ['text'], portions: ['a', 'b'] });
  });
});

test('outside every span a statement makes none', async () => {
  await notes();
  expect(spans.getFinishedSpans()).toEqual([]);
});
