import type { Product, ProductInput } from '../domain/product.ts';

/** How storing one product went. */
export interface Stored {
  product: Product;
  change: 'created' | 'updated' | 'unchanged';
}

export type UpsertOutcome = { kind: 'stored'; product: Product } | { kind: 'reused' };

/** What narrows a list down. Empty means everything. */
export interface Filter {
  category: string;
  brands: readonly string[];
}

export interface FacetValue {
  name: 'brand' | 'category';
  value: string;
  count: number;
}

export interface Matches {
  products: Product[];
  total: number;
  facets: FacetValue[];
}

/** Keeps products. Each change is one transaction with the events that tell it. */
export interface ProductStore {
  find(ids: readonly string[]): Promise<Product[]>;
  /** Published products by title and id, those after `after`. */
  list(category: string, after: { title: string; id: string } | undefined, limit: number): Promise<Product[]>;
  /** Published products that match words, best first. */
  search(words: string, filter: Filter, offset: number, limit: number): Promise<Matches>;
  /** Stores a product under its SKU; a repeat of the request answers what the first was answered. */
  upsert(requestId: string, requestHash: Uint8Array, input: ProductInput): Promise<UpsertOutcome>;
  /** Stores products with different SKUs, all or none. What is so already is left alone. */
  storeAll(inputs: readonly ProductInput[]): Promise<Stored[]>;
}
