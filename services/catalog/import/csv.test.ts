import fc from 'fast-check';
import { expect, test } from 'vitest';
import { all, inPieces } from '../harness.ts';
import { readCsv } from './csv.ts';

const read = (text: string | Uint8Array, size?: number) => all(readCsv(inPieces(text, size)));

async function refusalOf(text: string) {
  const error = await read(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error;
}

test('any line ending, a byte order mark and blank lines make no difference', async () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const rows = await read(['\uFEFFSKU, Title', 'A,one', '', '  ', 'B, two '].join(end));
    expect(rows).toEqual([
      { line: 2, fields: { sku: 'A', title: 'one' } },
      { line: 5, fields: { sku: 'B', title: 'two' } },
    ]);
  }
});

test('line endings may be mixed', async () => {
  const rows = await read('sku,title\r\nA,one\nB,two\r\nC,three');
  expect(rows.map(({ line, fields }) => [line, fields.sku])).toEqual([
    [2, 'A'],
    [3, 'B'],
    [4, 'C'],
  ]);
});

test.each(['\n', '\r\n'])(
  'a row is told by the line it begins on, also behind values over several lines',
  async (end) => {
    const rows = await read(['sku,title', 'A,"one', '', 'and ""more"""', 'B,two', 'C'].join(end));
    expect(rows).toEqual([
      { line: 2, fields: { sku: 'A', title: ['one', '', 'and "more"'].join(end) } },
      { line: 5, fields: { sku: 'B', title: 'two' } },
      { line: 6, fields: { sku: 'C', title: '' }, problem: 'has 1 values, the header 2 columns' },
    ]);
  },
);

test('a quote within a value is part of it', async () => {
  expect((await read('sku,title\nA,5" pipe\nB,two')).map(({ fields }) => fields.title)).toEqual(['5" pipe', 'two']);
});

test('a quote that is never closed costs the rows behind it and none before', async () => {
  const good = Array.from({ length: 500 }, (_, index) => `S${index},t`);
  const rows = await read(['sku,title', ...good, 'B,"two', 'C,three', ''].join('\n'), 65_536);
  expect(rows.slice(0, -1).map(({ fields }) => `${fields.sku},t`)).toEqual(good);
  expect(rows.at(-1)).toEqual({ line: 502, fields: {}, problem: expect.stringContaining('not closed') });
});

test('a quote that is never closed does not fill the memory', async () => {
  const chunk = Buffer.alloc(65_536, 'x\n');
  async function* endless() {
    yield Buffer.from('sku,title\nA,one\nB,"two');
    for (let sent = 0; sent < 1_000; sent++) yield chunk;
  }
  const before = process.memoryUsage().arrayBuffers;
  const rows = await all(readCsv(endless()));
  expect(rows.map(({ line, problem }) => [line, problem !== undefined])).toEqual([
    [2, false],
    [3, true],
  ]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32_000_000);
});

test.each([
  ['', '1', 'empty'],
  ['name,price\nA,1', '1', 'sku'],
  ['\n\nname,price\nA,1', '3', 'sku'],
  ['sku,price,Price\nA,1,2', '1', 'twice'],
  ['"sku,price\nA,1', '1', 'does not end'],
])('%j cannot be read at all', async (text, line, problem) => {
  const refusal = await refusalOf(text);
  expect(refusal).toMatchObject({ reason: 'UNREADABLE_IMPORT', metadata: { line } });
  expect(refusal).toMatchObject({ metadata: { problem: expect.stringContaining(problem) } });
});

test('what comes in is passed on when it breaks off', async () => {
  async function* broken() {
    yield Buffer.from('sku\nA\n');
    throw new Error('the line is dead');
  }
  await expect(all(readCsv(broken()))).rejects.toThrow('the line is dead');
});

test('whatever is written is read again, with the line it was written on', async () => {
  const value = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', '\r', ' b', 'é', '😀'), maxLength: 12 });
  const values = fc.record({ sku: fc.stringMatching(/^[A-Z]{1,5}$/), title: value, brand: value });
  await fc.assert(
    fc.asyncProperty(
      fc.array(values),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 40 }),
      async (rows, end, size) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const written = rows.map(({ sku, title, brand }) => [sku, quoted(title), quoted(brand)].join(','));
        const lines = written.map(
          (_, index) => ['sku,title,brand', ...written.slice(0, index)].join('\n').split(/\r\n|\r|\n/).length + 1,
        );
        const expected = rows.map(({ sku, title, brand }, index) => ({
          line: lines[index],
          fields: { sku, title: title.trim(), brand: brand.trim() },
        }));
        expect(await read(['sku,title,brand', ...written].join(end), size)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});

test('no bytes at all make it fail in any other way', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([Buffer.from('sku,title\n'), tail]));
  await fc.assert(
    fc.asyncProperty(bytes, async (file) => {
      const rows = await read(file);
      expect(rows.every(({ line }) => line >= 2)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
