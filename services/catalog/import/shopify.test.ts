import { expect, test } from 'vitest';
import { all, inPieces } from '../harness.ts';
import { readRows } from './rows.ts';

const HEADER =
  'Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Policy,Variant Price,Image Src,Image Position,Variant Image,Status';

const EXPORT = [
  HEADER,
  'shirt,Linen shirt,"<p>Soft &amp; light</p><ul><li>washed</li></ul>",Norrland,Apparel > Shirts,Shirt,,true,Size,S,Colour,Blue,SH-S-B,180.0,deny,49.90,https://shop.example/1.jpg,1,,active',
  'shirt,,,,,,,,,M,,Blue,SH-M-B,190,continue,54.90,https://shop.example/2.jpg,2,https://shop.example/m.jpg,',
  'shirt,,,,,,,,,L,,Blue,,200,deny,54.90,,,,',
  'shirt,,,,,,,,,,,,,,,,https://shop.example/3.jpg,3,,',
  'bag,Bag,,Norrland,,Bags,,false,Title,Default Title,,,BAG,900,deny,80,,,,active',
  'old,Old lamp,,Norrland,,Lamps,,true,Title,Default Title,,,LAMP,900,deny,80,,,,archived',
].join('\n');

test("Shopify's product export: a variant is a product, a row of a picture is none, a variant without SKU is refused", async () => {
  const rows = await all(readRows('CSV', 'EUR', inPieces(EXPORT)));
  expect(rows.map((row) => ('input' in row ? row.input.sku : row.problems))).toEqual([
    'SH-S-B',
    'SH-M-B',
    [expect.objectContaining({ line: 4, column: 'sku' }), expect.objectContaining({ line: 4, column: 'sku' })],
    'BAG',
    'LAMP',
  ]);
});

test('variants share what the first row of their product says', async () => {
  const rows = await all(readRows('CSV', 'EUR', inPieces(EXPORT)));
  const inputs = rows.flatMap((row) => ('input' in row ? [row.input] : []));
  expect(inputs[0]).toEqual({
    sku: 'SH-S-B',
    title: 'Linen shirt, S, Blue',
    description: 'Soft & light\nwashed',
    brand: 'Norrland',
    category: 'Apparel/Shirts',
    priceNanos: 49_900_000_000n,
    currency: 'EUR',
    weightGrams: 180,
    backorderable: false,
    imageUrls: ['https://shop.example/1.jpg'],
    state: 'PUBLISHED',
  });
  expect(inputs[1]).toEqual({
    ...inputs[0],
    sku: 'SH-M-B',
    title: 'Linen shirt, M, Blue',
    priceNanos: 54_900_000_000n,
    weightGrams: 190,
    backorderable: true,
    imageUrls: ['https://shop.example/m.jpg'],
  });
  expect(inputs.map(({ title, state, category }) => [title, state, category]).slice(2)).toEqual([
    ['Bag', 'DRAFT', 'Bags'],
    ['Old lamp', 'RETIRED', 'Lamps'],
  ]);
});

test('the names its columns have had since 2024 say the same', async () => {
  const renamed = HEADER.replace('Handle', 'URL handle')
    .replace('Body (HTML)', 'Description')
    .replace('Product Category', 'Product category')
    .replace('Published', 'Published on online store')
    .replaceAll(' Value', ' value')
    .replaceAll(' Name', ' name')
    .replace('Variant SKU', 'SKU')
    .replace('Variant Grams', 'Weight value (grams)')
    .replace('Variant Inventory Policy', 'Continue selling when out of stock')
    .replace('Variant Price', 'Price')
    .replace('Image Src', 'Product image URL')
    .replace('Variant Image', 'Variant image URL');
  const rows = await all(readRows('CSV', 'EUR', inPieces(EXPORT.replace(HEADER, renamed))));
  expect(rows).toEqual(await all(readRows('CSV', 'EUR', inPieces(EXPORT))));
});
