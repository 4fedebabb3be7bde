import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Command, Option } from 'commander';
import { newId } from '#chassis/ids.ts';
import { formatMoney } from '#chassis/money.ts';
import {
  CatalogService,
  ImportFormat,
  type ImportProductsRequestSchema,
  type ImportProductsResponse,
  ImportProductsResponseSchema,
  SearchProductsResponseSchema,
} from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { AvailabilitySchema } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { AdjustStockRequestSchema, InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { contextOf } from '../context.ts';
import { contractNumber } from '../contract-number.ts';
import { FAILED, Misuse } from '../failure.ts';
import { findProduct } from '../find-product.ts';
import { jsonOf } from '../json.ts';
import { table } from '../table.ts';

const MOST_SHOWN = 50;

export function catalogCommand(): Command {
  return new Command('catalog')
    .summary('fill and search the catalogue')
    .description('Fills and searches the catalogue.')
    .addHelpText('after', '\nExample:\n  $ npx tradewind catalog import cli/demo/catalogue.csv')
    .addCommand(importCommand())
    .addCommand(searchCommand())
    .addCommand(stockCommand());
}

function importCommand(): Command {
  return new Command('import')
    .summary('read products from a file')
    .description(
      "Reads products from CSV (our columns or Shopify's) or JSON Lines. A product whose SKU is known is updated, a row that cannot be read is reported and the others are kept. Exit code 1 when rows were refused.",
    )
    .argument('<file>', 'a .csv, .jsonl or .ndjson file')
    .option('--currency <code>', 'of prices that name none', 'EUR')
    .addOption(new Option('--format <format>', "the file's format; else its ending tells").choices(['csv', 'jsonl']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx tradewind catalog import cli/demo/catalogue.csv\n  $ npx tradewind catalog import products_export.csv --currency USD',
    )
    .action(async (file: string, options: { currency: string; format?: 'csv' | 'jsonl' }, command: Command) => {
      const { operator, print } = contextOf(command);
      const format = formatOf(file, options.format);
      const found = await stat(file).catch(() => undefined);
      if (!found) throw new Misuse(`There is no file ${file}.`);
      if (!found.isFile()) throw new Misuse(`${file} is not a file.`);
      const catalog = (await operator()).of(CatalogService);
      const result = await catalog.importProducts(parts(file, format, options.currency));
      print(jsonOf(ImportProductsResponseSchema, result), () => importText(result));
      if (result.refused > 0) process.exitCode = FAILED;
    });
}

function formatOf(file: string, wanted: 'csv' | 'jsonl' | undefined): ImportFormat {
  const ending = wanted ?? extname(file).slice(1).toLowerCase();
  if (ending === 'csv') return ImportFormat.CSV;
  if (ending === 'jsonl' || ending === 'ndjson') return ImportFormat.JSONL;
  throw new Misuse(`${file} ends neither in .csv nor in .jsonl; say --format csv or --format jsonl.`);
}

async function* parts(
  file: string,
  format: ImportFormat,
  defaultCurrency: string,
): AsyncGenerator<MessageInitShape<typeof ImportProductsRequestSchema>> {
  yield { part: { case: 'header', value: { format, defaultCurrency } } };
  for await (const value of createReadStream(file)) yield { part: { case: 'chunk', value } };
}

function importText({ read, created, updated, unchanged, refused, problems }: ImportProductsResponse): string {
  const summary = `${read} rows: ${created} created, ${updated} updated, ${unchanged} unchanged, ${refused} refused`;
  if (problems.length === 0) return summary;
  const rows = problems.slice(0, MOST_SHOWN).map(({ line, column, problem }) => [line, column, problem]);
  return `${summary}\n${table(['line', 'column', 'problem'], rows)}`;
}

function searchCommand(): Command {
  return new Command('search')
    .summary('find products')
    .description('Searches titles, brands, categories and descriptions; words may be typed wrong.')
    .argument('<words...>', 'what to look for')
    .addHelpText('after', '\nExample:\n  $ npx tradewind catalog search two person tent')
    .action(async (words: string[], _options, command: Command) => {
      const { guest, print } = contextOf(command);
      const found = await guest()
        .of(CatalogService)
        .searchProducts({ query: words.join(' ') });
      print(jsonOf(SearchProductsResponseSchema, found), () =>
        table(
          ['id', 'SKU', 'title', 'brand', 'price'],
          found.products.map(({ id, sku, title, brand, price }) => [
            id,
            sku,
            title,
            brand,
            price ? formatMoney(price) : '–',
          ]),
          'No product matches.',
        ),
      );
    });
}

function stockCommand(): Command {
  return new Command('stock')
    .summary('receive pieces of a product')
    .description('Adds pieces to what a warehouse has on hand; a negative number writes them off.')
    .argument('<product>', 'its id, its SKU, or words that find it')
    .argument('<pieces>', 'how many')
    .option('--warehouse <name>', 'where', 'main')
    .addHelpText('after', '\nExample:\n  $ npx tradewind catalog stock "two-person tent" 10')
    .action(async (named: string, pieces: string, { warehouse }: { warehouse: string }, command: Command) => {
      const { operator, print } = contextOf(command);
      const delta = contractNumber(AdjustStockRequestSchema.field.delta, pieces, 'a number of pieces');
      const client = await operator();
      const productId = await findProduct(client, named);
      const { availability } = await client
        .of(InventoryService)
        .adjustStock({ requestId: newId(), productId, warehouse, delta });
      if (availability) {
        const { available, reserved } = availability;
        print(jsonOf(AvailabilitySchema, availability), `${productId}: ${available} available, ${reserved} reserved`);
      }
    });
}
