import { useQuery } from '@connectrpc/connect-query';
import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import type { Availability } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { useAvailability } from '../catalogue/use-availability.ts';
import type { CartContent } from './cart-content.ts';

/** A line with what the catalogue and the warehouse say of it now. */
export interface PricedLine {
  productId: string;
  quantity: bigint;
  /** Unset when there is no such product any more. */
  product: Product | undefined;
  /** Unset while it is not known. */
  stock: Availability | undefined;
}

/** The lines of a cart with products and prices; undefined until those are known. */
export function usePricedCart(content: CartContent): {
  lines: PricedLine[] | undefined;
  /** What is in stock is not known, and not going to be soon. */
  lacksStock: boolean;
  error: unknown;
  again(): void;
} {
  const productIds = content.map(({ productId }) => productId).sort();
  const found = useQuery(
    CatalogService.method.batchGetProducts,
    { productIds },
    { enabled: productIds.length > 0, placeholderData: (before) => before },
  );
  const { stock, isMissing } = useAvailability(productIds);
  const products = new Map(found.data?.products.map((product) => [product.id, product]));
  const lines = content.map(({ productId, quantity }) => ({
    productId,
    quantity,
    product: products.get(productId),
    stock: stock.get(productId),
  }));
  return {
    lines: found.data ? lines : undefined,
    lacksStock: isMissing,
    error: found.data ? null : found.error,
    again: () => found.refetch(),
  };
}
