import { DomainError } from '#chassis/domain-error.ts';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import { requestHash } from '#chassis/rpc/request-hash.ts';
import {
  type CatalogService,
  ImportFormat,
  type ImportProductsRequest,
  UpsertProductRequestSchema,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { type ImportRow, importProducts } from '../app/import-products.ts';
import type { ProductStore } from '../app/ports.ts';
import { upsertProduct } from '../app/upsert-product.ts';
import { pageToken, readPageToken } from './page-token.ts';
import { inputOf, productMessage } from './product-message.ts';

const PAGE = 50;

/** Reads a file of products as it comes in. */
export type ReadRows = (
  format: 'CSV' | 'JSONL',
  currency: string,
  chunks: AsyncIterable<Uint8Array>,
) => AsyncIterable<ImportRow>;

export function catalogRpc(store: ProductStore, readRows: ReadRows): ServiceImpl<typeof CatalogService> {
  const upsert = upsertProduct(store);
  const runImport = importProducts(store);
  return {
    async getProduct({ productId }) {
      const [product] = await store.find([productId]);
      if (!product) throw new DomainError('PRODUCT_NOT_FOUND', { product_id: productId });
      return { product: productMessage(product) };
    },

    async batchGetProducts({ productIds }) {
      const products = await store.find(productIds);
      const found = new Set(products.map(({ id }) => id));
      return {
        products: products.map(productMessage),
        missingIds: [...new Set(productIds)].filter((id) => !found.has(id.toLowerCase())),
      };
    },

    async listProducts({ pageSize, pageToken: token, category }) {
      const size = pageSize || PAGE;
      const query = ['list', category];
      const products = await store.list(category, readPageToken(token, query, isPlace), size + 1);
      const page = products.slice(0, size);
      const last = page.at(-1);
      const next = products.length > size && last ? pageToken(query, { title: last.title, id: last.id }) : '';
      return { products: page.map(productMessage), nextPageToken: next };
    },

    async searchProducts({ query: words, brands, category, pageSize, pageToken: token }) {
      const size = pageSize || PAGE;
      const query = ['search', words, brands, category];
      const offset = readPageToken(token, query, isOffset) ?? 0;
      const { products, total, facets } = await store.search(words, { brands, category }, offset, size);
      const names = ['brand', 'category'] as const;
      return {
        products: products.map(productMessage),
        total,
        facets: names.map((name) => ({ name, values: facets.filter((facet) => facet.name === name) })),
        nextPageToken: offset + size < total ? pageToken(query, offset + size) : '',
      };
    },

    async upsertProduct(request) {
      const { requestId, product } = request;
      if (!product) throw badRequest([{ field: 'product', description: 'value is required' }]);
      const hash = requestHash(UpsertProductRequestSchema, request);
      return { product: productMessage(await upsert(requestId, hash, inputOf(product))) };
    },

    async importProducts(parts) {
      const messages = parts[Symbol.asyncIterator]();
      const first = await messages.next();
      if (first.done || first.value.part.case !== 'header') {
        throw badRequest([{ field: 'header', description: 'the first message must carry the header' }]);
      }
      const { format, defaultCurrency } = first.value.part.value;
      const name = format === ImportFormat.JSONL ? 'JSONL' : 'CSV';
      return runImport(readRows(name, defaultCurrency, chunksOf(messages)));
    },
  };
}

async function* chunksOf(messages: AsyncIterator<ImportProductsRequest>): AsyncIterable<Uint8Array> {
  for (let next = await messages.next(); !next.done; next = await messages.next()) {
    const { part } = next.value;
    if (part.case !== 'chunk')
      throw badRequest([{ field: 'header', description: 'only the first message carries it' }]);
    yield part.value;
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isPlace(value: unknown): value is { title: string; id: string } {
  if (typeof value !== 'object' || value === null || !('title' in value && 'id' in value)) return false;
  const { title, id } = value;
  return typeof title === 'string' && !title.includes('\0') && typeof id === 'string' && UUID.test(id);
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
