import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase([]);
});
afterAll(() => db.drop());

const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));
const arrays: [type: string, element: fc.Arbitrary<string | bigint>][] = [
  ['text', fc.oneof(text, fc.constantFrom('', 'NULL', 'null', '{}', '"', '\\', ' a ', 'a,b', 'a\nb'))],
  ['uuid', fc.uuid()],
  ['bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
];
test.each(arrays)('an array of %s comes back as it went', async (type, element) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(element), { maxLength: 5 }), async (given) => {
      const sent = given.map((each) => each?.toString() ?? null);
      const rows = await db.sql`select ${sent as never}::text[]::${db.sql.unsafe(type)}[] as back`;
      expect(rows[0]?.back).toEqual(given);
    }),
    { numRuns: 50 },
  );
});

test('rows are found by an array of names, texts or ids', async () => {
  const id = '0190f3b2-7d2a-7c3e-9f00-123456789abc';
  const [row] = await db.sql`
    select 'a'::name = any(${['a']}) as name, 'b' = any(${['a']}) as other, ${id}::uuid = any(${[id]}) as id,
      7::bigint = any(${[7n].map(String)}) as number`;
  expect(row).toEqual({ name: true, other: false, id: true, number: true });
});
