/** What the catalogue's callers and readers take for given in their pacts. */
import { newId } from '#chassis/ids.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { catalog } from '../catalog.ts';

const tent = {
  sku: 'TENT-1',
  title: 'Trail tent',
  description: 'Stands in any wind.',
  brand: 'Norrland',
  category: 'Outdoor/Tents',
  price: { units: 149n, nanos: 990_000_000, currencyCode: 'EUR' },
  weightGrams: 2100,
  backorderable: true,
  imageUrls: ['https://shop.example/tent.jpg'],
  state: ProductState.PUBLISHED,
};

export const catalogProvider: PactProvider = {
  definition: catalog,
  states({ client }) {
    const publish = async (sku = tent.sku) => {
      const user = { id: newId(), roles: ['MERCHANT'] };
      const merchant = await client(CatalogService, { service: 'gateway', user });
      const { product } = await merchant.upsertProduct({ requestId: newId(), product: { ...tent, sku } });
      return { product: product?.id ?? '' };
    };
    return {
      'an empty catalogue': async () => undefined,
      'a published product': () => publish(),
      async 'two published products'() {
        await publish('TENT-2');
        return publish();
      },
    };
  },
};
