import { DomainError } from '#chassis/domain-error.ts';
import type { Product, ProductInput } from '../domain/product.ts';
import type { ProductStore } from './ports.ts';

/** Stores what a merchant says of a product. */
export function upsertProduct(store: ProductStore) {
  return async (requestId: string, requestHash: Uint8Array, input: ProductInput): Promise<Product> => {
    const outcome = await store.upsert(requestId, requestHash, input);
    if (outcome.kind === 'reused') throw new DomainError('REQUEST_ID_REUSED');
    return outcome.product;
  };
}
