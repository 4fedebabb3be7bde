/** What a merchant says of a product. Prices are in billionths of a unit. */
export interface ProductInput {
  sku: string;
  title: string;
  description: string;
  brand: string;
  category: string;
  priceNanos: bigint;
  currency: string;
  weightGrams: number;
  backorderable: boolean;
  imageUrls: string[];
  state: ProductState;
}

export type ProductState = 'DRAFT' | 'PUBLISHED' | 'RETIRED';

/** Something that can be bought, as it is kept. */
export interface Product extends ProductInput {
  id: string;
  version: bigint;
  createTime: Date;
  updateTime: Date;
}

/** Something that became true of a product and is told to others. */
export type ProductFact =
  | { type: 'ProductPublished'; product: Product }
  | { type: 'ProductPriceChanged'; product: Product; before: { priceNanos: bigint; currency: string } }
  | { type: 'ProductRetired'; product: Product };

const DESCRIBED = [
  'title',
  'description',
  'brand',
  'category',
  'priceNanos',
  'currency',
  'weightGrams',
  'backorderable',
  'state',
] as const;

/** Whether a merchant says something new of a product. */
export function isChanged(product: Product, input: ProductInput): boolean {
  return (
    DESCRIBED.some((field) => product[field] !== input[field]) ||
    product.imageUrls.length !== input.imageUrls.length ||
    product.imageUrls.some((url, index) => url !== input.imageUrls[index])
  );
}

/** What others are to be told when a product was stored as `after`, having been `before`. What could not be bought, before or after, is nobody else's concern. */
export function factsOf(before: Product | undefined, after: Product): ProductFact[] {
  if (after.state !== 'PUBLISHED') {
    return before?.state === 'PUBLISHED' ? [{ type: 'ProductRetired', product: after }] : [];
  }
  const repriced =
    before?.state === 'PUBLISHED' && (before.priceNanos !== after.priceNanos || before.currency !== after.currency);
  return [
    { type: 'ProductPublished', product: after },
    ...(repriced ? [{ type: 'ProductPriceChanged' as const, product: after, before }] : []),
  ];
}
