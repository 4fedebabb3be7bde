import type { ProductFields } from './columns.ts';

/** What the first row of a product says for all its variants. */
const INHERITED = ['Title', 'Body (HTML)', 'Vendor', 'Product Category', 'Type', 'Published', 'Status', 'Image Src'];

/**
 * Reads the columns of Shopify's product export, a row a variant. Rows after the first of a handle leave out what they share with it; a row without a SKU only adds a
 * picture and is no product. The options of a variant become part of its title.
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
    if (sku === '' && !row.Title) return undefined;
    const of = (column: string) => row[column] || shared[column] || '';
    const options = [1, 2, 3]
      .map((number) => row[`Option${number} Value`] ?? '')
      .filter((value) => value !== '' && value !== 'Default Title');
    return {
      sku,
      title: [of('Title'), ...options].join(', '),
      description: textOf(of('Body (HTML)')),
      brand: of('Vendor'),
      category: (of('Product Category') || of('Type')).replaceAll(' > ', '/'),
      price: row['Variant Price'] ?? '',
      currency: '',
      weight_grams: (row['Variant Grams'] ?? '').replace(/\.0+$/, ''),
      backorderable: row['Variant Inventory Policy'] === 'continue' ? 'true' : 'false',
      image_urls: row['Variant Image'] || of('Image Src'),
      state: stateOf(of('Published'), of('Status')),
    };
  };
}

function stateOf(published: string, status: string): string {
  if (status.toLowerCase() === 'archived') return 'RETIRED';
  return status.toLowerCase() === 'draft' || published.toLowerCase() === 'false' ? 'DRAFT' : 'PUBLISHED';
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };

/** The text of simple HTML: blocks become lines, marks are dropped. */
function textOf(html: string): string {
  return html
    .replace(/<(?:br|\/p|\/li|\/div|\/h\d)[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replace(/[ \t]+/g, ' ')
    .replace(/\s*\n\s*/g, '\n')
    .trim();
}
