/** Asks the catalogue what products are and cost. */
import type { Client } from '@connectrpc/connect';
import { ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import type { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import type { Catalog } from '../app/ports.ts';
import { toMoney } from '../values.ts';

export function catalogClient(client: Client<typeof CatalogService>): Catalog {
  return {
    async products(ids) {
      const { products } = await client.batchGetProducts({ productIds: [...ids] });
      return products.map((product) => ({
        id: product.id,
        title: product.title,
        price: toMoney(product.price),
        weightGrams: product.weightGrams,
        backorderable: product.backorderable,
        published: product.state === ProductState.PUBLISHED,
      }));
    },
  };
}
