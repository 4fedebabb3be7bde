/** What a row says of a product, in words still. */
export interface ProductFields {
  sku: string;
  title: string;
  description: string;
  brand: string;
  category: string;
  price: string;
  currency: string;
  weight_grams: string;
  backorderable: string;
  image_urls: string;
  state: string;
}

export const COLUMNS = [
  'sku',
  'title',
  'description',
  'brand',
  'category',
  'price',
  'currency',
  'weight_grams',
  'backorderable',
  'image_urls',
  'state',
] as const satisfies (keyof ProductFields)[];

/** Our own columns; those that a file does not have are empty. */
export function fieldsOf(fields: Record<string, string>): ProductFields {
  return Object.fromEntries(COLUMNS.map((column) => [column, fields[column] ?? ''])) as unknown as ProductFields;
}
