import { useQuery } from '@connectrpc/connect-query';
import { Skeleton } from '@mantine/core';
import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { ProductCard } from './product-card.tsx';

const MOST_ASKED = 250;

/** Products beside each other, each with what is there of it. Stock that cannot be had is left out; the products are shown all the same. */
export function ProductGrid({ products, label }: { products: Product[]; label: string }) {
  const productIds = products.slice(0, MOST_ASKED).map(({ id }) => id);
  const { data } = useQuery(
    InventoryService.method.getAvailability,
    { productIds },
    { enabled: productIds.length > 0, placeholderData: (before) => before, staleTime: 10_000 },
  );
  const stock = new Map(data?.availability.map((each) => [each.productId, each]));
  return (
    <ul className="grid" aria-label={label}>
      {products.map((product) => (
        <ProductCard key={product.id} product={product} stock={stock.get(product.id)} />
      ))}
    </ul>
  );
}

/** Takes the room that products will take. */
export function GridInWaiting({ count }: { count: number }) {
  return (
    <div className="grid" role="status" aria-label="Products are being fetched">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike.
        <div key={index} className="card">
          <Skeleton className="picture" radius={0} />
          <div className="card-text">
            <Skeleton height={14} width="40%" />
            <Skeleton height={42} />
            <Skeleton height={24} width="60%" />
          </div>
        </div>
      ))}
    </div>
  );
}
