import type { ImportRow } from '../app/import-products.ts';
import { fieldsOf } from './columns.ts';
import { readCsv } from './csv.ts';
import { readJsonLines } from './json-lines.ts';
import { productRow } from './product-row.ts';
import { shopifyProducts } from './shopify.ts';

/** Reads a file of products as it comes in. Throws DomainError UNREADABLE_IMPORT when it is no such file at all. */
export async function* readRows(
  format: 'CSV' | 'JSONL',
  currency: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<ImportRow> {
  if (format === 'JSONL') {
    for await (const { line, fields, problem } of readJsonLines(chunks)) {
      yield problem
        ? { line, problems: [{ line, column: '', problem }] }
        : productRow(line, fieldsOf(fields), currency);
    }
    return;
  }
  const shopify = shopifyProducts();
  for await (const { line, fields, problem } of readCsv(chunks)) {
    if (problem) yield { line, problems: [{ line, column: '', problem }] };
    else if ('Variant SKU' in fields) {
      const product = shopify(fields);
      if (product) yield productRow(line, product, currency);
    } else yield productRow(line, fieldsOf(fields), currency);
  }
}
