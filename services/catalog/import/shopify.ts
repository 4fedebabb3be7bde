import type { ProductFields } from './columns.ts';
import { htmlText } from './html-text.ts';

/** What the first row of a product says for all its variants. */
const INHERITED = ['Title', 'Body (HTML)', 'Vendor', 'Product Category', 'Type', 'Published', 'Status', 'Image Src'];

/** The columns that are read, by the names that Shopify has given them since 2024. */
const RENAMED = new Map([
  ['URL handle', 'Handle'],
  ['Description', 'Body (HTML)'],
  ['Product category', 'Product Category'],
  ['Published on online store', 'Published'],
  ['SKU', 'Variant SKU'],
  ['Option1 value', 'Option1 Value'],
  ['Option2 value', 'Option2 Value'],
  ['Option3 value', 'Option3 Value'],
  ['Price', 'Variant Price'],
  ['Continue selling when out of stock', 'Variant Inventory Policy'],
  ['Weight value (grams)', 'Variant Grams'],
  ['Product image URL', 'Image Src'],
  ['Variant image URL', 'Variant Image'],
]);

/** The columns of a file by their older names, whichever it has; undefined when it is not one of Shopify's. */
export function shopifyColumns(header: readonly string[]): string[] | undefined {
  if (header.includes('Variant SKU')) return [...header];
  if (header.includes('URL handle') && header.includes('SKU'))
    return header.map((column) => RENAMED.get(column) ?? column);
  return undefined;
}

/**
 * Reads the columns of Shopify's product export, a row a variant. Rows after the first of a handle leave out what they share with it; a row with neither a SKU nor a price
 * only adds a picture and is no product. The options of a variant become part of its title.
 */
export function shopifyProducts(): (row: Record<string, string>) => ProductFields | undefined {
  let handle = '';
  let shared: Record<string, string> = {};
  return (row) => {
    if (row.Handle !== handle) {
      handle = row.Handle ?? '';
      shared = Object.fromEntries(INHERITED.map((column) => [column, row[column] ?? '']));
    }
    const sku = row['Variant SKU'] ?? '';
    const price = row['Variant Price'] ?? '';
    if (sku === '' && price === '' && !row.Title) return undefined;
    const of = (column: string) => row[column] || shared[column] || '';
    const options = [1, 2, 3]
      .map((number) => row[`Option${number} Value`] ?? '')
      .filter((value) => value !== '' && value !== 'Default Title');
    return {
      sku,
      title: [of('Title'), ...options].join(', '),
      description: htmlText(of('Body (HTML)')),
      brand: of('Vendor'),
      category: (of('Product Category') || of('Type')).replaceAll(' > ', '/'),
      price,
      currency: '',
      weight_grams: (row['Variant Grams'] ?? '').replace(/\.0+$/, ''),
      backorderable: row['Variant Inventory Policy']?.toLowerCase() === 'continue' ? 'true' : 'false',
      // A row's own Image Src is a picture of the product's gallery, not of the variant that happens to share the row.
      image_urls: row['Variant Image'] || shared['Image Src'] || '',
      state: stateOf(of('Published'), of('Status')),
    };
  };
}

function stateOf(published: string, status: string): string {
  if (status.toLowerCase() === 'archived') return 'RETIRED';
  return status.toLowerCase() === 'draft' || published.toLowerCase() === 'false' ? 'DRAFT' : 'PUBLISHED';
}
