import { Skeleton } from '@mantine/core';
import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { ProductCard } from './product-card.tsx';
import { StockNotice } from './stock-notice.tsx';
import { useAvailability } from './use-availability.ts';

/** Products beside each other, each with what is there of it. */
export function ProductGrid({ products, label }: { products: Product[]; label: string }) {
  const { stock, isMissing } = useAvailability(products.map(({ id }) => id));
  return (
    <>
      <StockNotice isMissing={isMissing} />
      <ul className="grid" aria-label={label}>
        {products.map((product) => (
          <ProductCard key={product.id} product={product} stock={stock.get(product.id)} />
        ))}
      </ul>
    </>
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
