import { createClient, createRouterTransport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { findProduct } from './find-product.ts';
import type { MeshClient } from './mesh-client.ts';

/** A catalogue whose search finds its first product whatever is asked, as one that forgives every typing error. */
function catalogue(...products: { id: string; sku: string }[]): MeshClient {
  const transport = createRouterTransport(({ service }) => {
    service(CatalogService, {
      searchProducts: () => ({ products: products.slice(0, 1) }),
      listProducts: ({ pageToken }) => {
        const at = Number(pageToken || 0);
        return { products: products.slice(at, at + 1), nextPageToken: products[at + 1] ? String(at + 1) : '' };
      },
    });
  });
  const client: MeshClient = { of: (service) => createClient(service, transport), signedIn: async () => client };
  return client;
}

const client = catalogue({ id: 'first', sku: 'TENT-3P' }, { id: 'second', sku: 'TENT-2P' });

test('an id is taken as it is', async () => {
  const id = newId();
  expect(await findProduct(catalogue(), id)).toBe(id);
});

test('a SKU is found on whatever page of the catalogue it is', async () => {
  expect(await findProduct(client, 'TENT-2P')).toBe('second');
});

test('a SKU that is not there is never taken for words', async () => {
  await expect(findProduct(client, 'TENT-4P')).rejects.toThrow('No product matches “TENT-4P”');
});

test.each(['tent', 'two-person tent', 'Tent', 'e-bike'])('%s is words, and the best match is meant', async (words) => {
  expect(await findProduct(client, words)).toBe('first');
  await expect(findProduct(catalogue(), words)).rejects.toThrow(`No product matches “${words}”`);
});
