import { useQuery } from '@connectrpc/connect-query';
import type { Product } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { ProductGrid } from './product-grid.tsx';

const SHOWN = 5;

/** Others of the same category. Left out while there are none, or when they cannot be had. */
export function Alike({ product: { id, category } }: { product: Product }) {
  const { data } = useQuery(
    CatalogService.method.listProducts,
    { category, pageSize: SHOWN + 1 },
    { enabled: category !== '' },
  );
  const others = data?.products.filter((other) => other.id !== id).slice(0, SHOWN) ?? [];
  if (others.length === 0) return null;
  return (
    <section className="alike" aria-labelledby="alike-title">
      <h2 id="alike-title">More in {category.split('/').at(-1)}</h2>
      <ProductGrid products={others} label={`More in ${category}`} />
    </section>
  );
}
