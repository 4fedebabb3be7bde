import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import type { MeshClient } from './mesh-client.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Capitals with a digit or a dash among them: nobody types a word of a title like this. */
const SKU = /^(?=.*[\d._-])[A-Z0-9][A-Z0-9._-]*$/;
const PAGE = 250;

/**
 * The id of a product that is named by its id, by its SKU, or by words that find it. What looks like a SKU is never taken for words: a search forgives
 * typing errors, and an order for something else is worse than none.
 */
export async function findProduct(client: MeshClient, named: string): Promise<string> {
  if (UUID.test(named)) return named;
  const id = SKU.test(named) ? await bySku(client, named) : await byWords(client, named);
  if (id) return id;
  throw new Error(`No product matches “${named}”. \`npx tradewind catalog search\` finds products.`);
}

async function byWords(client: MeshClient, words: string): Promise<string | undefined> {
  const { products } = await client.of(CatalogService).searchProducts({ query: words, pageSize: 1 });
  return products[0]?.id;
}

async function bySku(client: MeshClient, sku: string): Promise<string | undefined> {
  const catalog = client.of(CatalogService);
  let pageToken = '';
  do {
    const page = await catalog.listProducts({ pageSize: PAGE, pageToken });
    const found = page.products.find((product) => product.sku === sku);
    if (found) return found.id;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return undefined;
}
