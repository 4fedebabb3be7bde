import fc from 'fast-check';
import { expect, test } from 'vitest';
import { all, inPieces } from '../harness.ts';
import { readJsonLines } from './json-lines.ts';

const read = (text: string, size?: number) => all(readJsonLines(inPieces(text, size)));

test('values come as words, whatever their type', async () => {
  const row = {
    SKU: 7,
    title: 'T',
    backorderable: true,
    brand: null,
    image_urls: ['https://a.example', 'https://b.example'],
  };
  expect(await read(`\uFEFF${JSON.stringify(row)}\r\n\r\n{"sku":"B"}`)).toEqual([
    {
      line: 1,
      fields: {
        sku: '7',
        title: 'T',
        backorderable: 'true',
        brand: '',
        image_urls: 'https://a.example https://b.example',
      },
    },
    { line: 3, fields: { sku: 'B' } },
  ]);
});

test('a price of many digits is not rounded', async () => {
  expect(await read('{"price":999999999.123456789}\n{"price":0.00}')).toEqual([
    { line: 1, fields: { price: '999999999.123456789' } },
    { line: 2, fields: { price: '0.00' } },
  ]);
});

test.each(['{', '[]', '"text"', 'null', '{"title":{"en":"T"}}', '{"title":["T"]}', '{"image_urls":[1,{}]}'])(
  '%s is reported and the next line read',
  async (bad) => {
    expect(await read(`${bad}\n{"sku":"B"}`)).toEqual([
      { line: 1, fields: {}, problem: expect.stringMatching(/^(is|has) /) },
      { line: 2, fields: { sku: 'B' } },
    ]);
  },
);

test('a column of any name is only a column', async () => {
  const [row] = await read('{"__proto__":"x","constructor":"y"}');
  expect(Object.getPrototypeOf(row?.fields)).toBe(Object.prototype);
  expect(Object.entries(row?.fields ?? {})).toEqual([['constructor', 'y']]);
});

test('a line that never ends does not fill the memory, and the line after it is read', async () => {
  const chunk = Buffer.alloc(65_536, 'x');
  async function* endless() {
    for (let sent = 0; sent < 1_000; sent++) yield chunk;
    yield Buffer.from('\n{"sku":"B"}');
  }
  const before = process.memoryUsage().arrayBuffers;
  expect(await all(readJsonLines(endless()))).toEqual([
    { line: 1, fields: {}, problem: 'is longer than 262144 bytes' },
    { line: 2, fields: { sku: 'B' } },
  ]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32_000_000);
});

test('what comes in is passed on when it breaks off', async () => {
  async function* broken() {
    yield Buffer.from('{"sku":"A"}\n');
    throw new Error('the line is dead');
  }
  await expect(all(readJsonLines(broken()))).rejects.toThrow('the line is dead');
});

test('whatever is written is read again, on its own line', async () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', '\u2028', '\u2029', '\\', '\n', '\r', 'é', '😀'),
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ sku: text, title: text })),
      fc.integer({ min: 1, max: 40 }),
      async (rows, size) => {
        const expected = rows.map((fields, index) => ({ line: index + 1, fields }));
        expect(await read(rows.map((row) => JSON.stringify(row)).join('\n'), size)).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});
