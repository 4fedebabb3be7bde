import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { Misuse } from './failure.ts';
import type { MeshClient } from './mesh-client.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of a product that is named by its id, or by words that find it. */
export async function findProduct(client: MeshClient, named: string): Promise<string> {
  if (UUID.test(named)) return named;
  const { products } = await client.of(CatalogService).searchProducts({ query: named, pageSize: 1 });
  const [product] = products;
  if (product) return product.id;
  throw new Misuse(`No product matches “${named}”. \`npx tradewind catalog search\` finds products.`);
}
