import { createReadStream } from 'node:fs';
import { CatalogService, ImportFormat } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import type { MeshClient } from '../mesh-client.ts';
import type { Patience } from './patience.ts';

/** An outdoor shop's products. */
export const CATALOGUE = new URL('catalogue.csv', import.meta.url);

/** The category of products that are gone for good. */
export const SOLD_OUT = 'Last Season';
/** The category of products that are only made when somebody ordered one. */
export const MADE_TO_ORDER = 'Made to Order';

const IMPORT_MS = 120_000;
const PAGE = 250;

/** Product ids by what can be expected of their stock, each list in the order of the SKUs. */
export interface Assortment {
  regular: string[];
  soldOut: string[];
  madeToOrder: string[];
}

/** Imports the catalogue through the gateway; products that are there already stay as they are. */
export async function importCatalogue(
  operator: MeshClient,
  patience: Patience,
  say: (line: string) => void,
): Promise<Assortment> {
  const catalog = operator.of(CatalogService);
  const report = await patience.call((options) => catalog.importProducts(parts(), options), IMPORT_MS);
  const [problem] = report.problems;
  if (problem)
    throw new Error(`The catalogue is refused at line ${problem.line}, ${problem.column}: ${problem.problem}`);
  say(
    `${report.read} products imported: ${report.created} new, ${report.updated} changed, ${report.unchanged} as before`,
  );

  const ids = Object.entries(report.productIds).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const of = async (category: string) => {
    const listed = await patience.call((options) => catalog.listProducts({ category, pageSize: PAGE }, options));
    const there = new Set(listed.products.map(({ id }) => id));
    return ids.map(([, id]) => id).filter((id) => there.has(id));
  };
  const [soldOut, madeToOrder] = await Promise.all([of(SOLD_OUT), of(MADE_TO_ORDER)]);
  const special = new Set([...soldOut, ...madeToOrder]);
  return { regular: ids.map(([, id]) => id).filter((id) => !special.has(id)), soldOut, madeToOrder };
}

async function* parts() {
  yield { part: { case: 'header' as const, value: { format: ImportFormat.CSV, defaultCurrency: 'EUR' } } };
  for await (const chunk of createReadStream(CATALOGUE)) yield { part: { case: 'chunk' as const, value: chunk } };
}
