import { create } from '@bufbuild/protobuf';
import { moneyOf } from '#chassis/money.ts';
import { violationsOf } from '#chassis/rpc/interceptors/validation.ts';
import { ProductInputSchema } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import type { ImportProblem, ImportRow } from '../app/import-products.ts';
import type { ProductInput, ProductState } from '../domain/product.ts';
import { COLUMNS, type ProductFields } from './columns.ts';

const DECIMAL = /^(\d{1,12})(?:\.(\d{1,9}))?$/;
const STATES: readonly string[] = ['DRAFT', 'PUBLISHED', 'RETIRED'];
const YES = new Set(['true', 'yes', '1']);
const NO = new Set(['false', 'no', '0', '']);

/** Makes a product of what a row says, held to the rules of the contract; or says what is wrong, column by column. */
export function productRow(line: number, fields: ProductFields, defaultCurrency: string): ImportRow {
  const problems: ImportProblem[] = [];
  const refuse = (column: string, problem: string) => problems.push({ line, column, problem });
  const price = DECIMAL.exec(fields.price);
  if (!price) refuse('price', `${quoted(fields.price)} is not a price such as 12.50`);
  if (!/^\d{0,9}$/.test(fields.weight_grams))
    refuse('weight_grams', `${quoted(fields.weight_grams)} is not a whole number of grams`);
  const backorderable = YES.has(fields.backorderable.toLowerCase());
  if (!backorderable && !NO.has(fields.backorderable.toLowerCase()))
    refuse('backorderable', `${quoted(fields.backorderable)} is neither true nor false`);
  const state = fields.state.toUpperCase() || 'PUBLISHED';
  if (!STATES.includes(state)) refuse('state', `${quoted(fields.state)} is none of ${STATES.join(', ')}`);
  for (const column of COLUMNS) {
    const broken = brokenText(fields[column]);
    if (broken) refuse(column, broken);
  }
  const input: ProductInput = {
    sku: fields.sku,
    title: fields.title,
    description: fields.description,
    brand: fields.brand,
    category: fields.category,
    priceNanos: price ? BigInt(`${price[1]}${(price[2] ?? '').padEnd(9, '0')}`) : 0n,
    currency: fields.currency.toUpperCase() || defaultCurrency,
    weightGrams: Number(fields.weight_grams || '0') || 0,
    backorderable,
    imageUrls: fields.image_urls.split(/[\s|]+/).filter((url) => url !== ''),
    state: state as ProductState,
  };
  problems.push(...brokenRules(line, input));
  return problems.length > 0 ? { line, problems } : { line, input };
}

/** The rules of the contract, told by the file's columns. */
function brokenRules(line: number, input: ProductInput): ImportProblem[] {
  const { priceNanos, currency, state: _, ...rest } = input;
  const message = create(ProductInputSchema, { ...rest, price: moneyOf(priceNanos, currency) });
  return violationsOf(ProductInputSchema, message).map(({ field, description }) => ({
    line,
    column: field === 'price.currency_code' ? 'currency' : field.replace(/[[.].*$/, ''),
    problem: description,
  }));
}

/** What makes a text one that cannot be stored. The replacement character stands where bytes of another encoding stood. */
function brokenText(text: string): string | undefined {
  return text.includes('\uFFFD') || !text.isWellFormed() ? 'is not UTF-8' : undefined;
}

function quoted(text: string): string {
  return text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40));
}
