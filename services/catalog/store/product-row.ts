import type { Product, ProductState } from '../domain/product.ts';

/** A product as PostgreSQL answers it. */
export interface RawProduct {
  id: string;
  sku: string;
  title: string;
  description: string;
  brand: string;
  category: string;
  price_nanos: string;
  currency: string;
  weight_grams: number;
  backorderable: boolean;
  image_urls: string[];
  state: ProductState;
  version: bigint | string;
  create_time: Date | string;
  update_time: Date | string;
}

/** The columns of a product, in the order of `RawProduct`. */
export const COLUMNS = [
  'id',
  'sku',
  'title',
  'description',
  'brand',
  'category',
  'price_nanos',
  'currency',
  'weight_grams',
  'backorderable',
  'image_urls',
  'state',
  'version',
  'create_time',
  'update_time',
] as const satisfies (keyof RawProduct)[];

export function productOf(row: RawProduct): Product {
  return {
    id: row.id,
    sku: row.sku,
    title: row.title,
    description: row.description,
    brand: row.brand,
    category: row.category,
    priceNanos: BigInt(row.price_nanos),
    currency: row.currency,
    weightGrams: row.weight_grams,
    backorderable: row.backorderable,
    imageUrls: row.image_urls,
    state: row.state,
    version: BigInt(row.version),
    createTime: new Date(row.create_time),
    updateTime: new Date(row.update_time),
  };
}

export function rawOf(product: Product): Record<keyof RawProduct, unknown> {
  return {
    id: product.id,
    sku: product.sku,
    title: product.title,
    description: product.description,
    brand: product.brand,
    category: product.category,
    price_nanos: product.priceNanos.toString(),
    currency: product.currency,
    weight_grams: product.weightGrams,
    backorderable: product.backorderable,
    image_urls: product.imageUrls,
    state: product.state,
    version: product.version.toString(),
    create_time: product.createTime.toISOString(),
    update_time: product.updateTime.toISOString(),
  };
}

/** The pattern of the categories below one. */
export function below(category: string): string {
  return `${category.replace(/[\\%_]/g, '\\$&')}/%`;
}
