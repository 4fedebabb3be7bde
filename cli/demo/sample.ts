import type { MeshRecord } from '#chassis/local/mesh-file.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { meshClient } from '../mesh-client.ts';
import { importCatalogue } from './catalogue.ts';
import { patience } from './patience.ts';
import { fillShelves } from './shelves.ts';

/** Pieces of each product that is not left without stock on purpose. */
const PIECES = 100n;

/** Fills a shop that has no product yet with the sample catalogue and stock, so that a first visitor has something to buy. A shop that has any is left alone. */
export async function stockSample(record: MeshRecord, say: (line: string) => void): Promise<void> {
  const guest = meshClient(record.gatewayUrl);
  const { products } = await guest.of(CatalogService).listProducts({ pageSize: 1 });
  if (products.length > 0) return;
  const patient = patience();
  const operator = await patient.call(() => guest.signedIn(record.operator));
  const assortment = await importCatalogue(operator, patient, () => undefined);
  await fillShelves(operator, assortment, PIECES, patient);
  const count = Object.values(assortment).flat().length;
  say(`shop filled with ${count} sample products (--no-sample leaves it empty)`);
}
