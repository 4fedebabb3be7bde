import type { PendingQuery, Row } from 'postgres';
import type { Database } from '#chassis/db/connect.ts';
import { inTransaction, type Transaction } from '#chassis/db/transaction.ts';
import type { FacetValue, Filter, Matches } from '../app/ports.ts';
import { below, COLUMNS, productOf, type RawProduct } from './product-row.ts';

/**
 * How alike typed and written words must be, from 0 to 1, as the share of three-letter pieces they have in common. One wrong letter in a word of five passes (0.33), and
 * two swapped in a word of six (0.27); a word that only begins alike does not.
 */
const ALIKE = '0.26';
const FACET_VALUES = 20;

/**
 * Finds published products by whole words (weighted: title before brand and category before description) or their SKU, which
 * comes first; when there are none, by words that look alike, which forgives
 * typing errors without mixing look-alikes among what was meant. Counts by brand and category are over all matches.
 */
export async function searchProducts(
  db: Database,
  words: string,
  filter: Filter,
  offset: number,
  limit: number,
): Promise<Matches> {
  return inTransaction(db, async (tx) => {
    const query = tx`websearch_to_tsquery('english', ${words})`;
    const coded = tx`sku in (${words}, upper(${words}))`;
    const rank = tx`${coded}::int + ts_rank(search, ${query})`;
    const whole = await matchesOf(tx, tx`(search @@ ${query} or ${coded})`, rank, filter, offset, limit);
    if (whole.total > 0) return whole;
    await tx`select set_config('pg_trgm.strict_word_similarity_threshold', ${ALIKE}, true)`;
    const typed = tx`lower(${words})`;
    return matchesOf(tx, tx`${typed} <<% words`, tx`strict_word_similarity(${typed}, words)`, filter, offset, limit);
  });
}

type Fragment = PendingQuery<Row[]>;

/** A row of a search: how often a brand or category matches, how much does in all, or the place of a product among the matches. */
interface Found {
  name: FacetValue['name'] | 'total' | 'product';
  value: string;
  count: number;
}

async function matchesOf(
  tx: Transaction,
  condition: Fragment,
  rank: Fragment,
  { brands, category }: Filter,
  offset: number,
  limit: number,
): Promise<Matches> {
  const found = await tx<Found[]>`
    with match as materialized (
      select id, brand, category, ${rank} as rank from product
      where state = 'PUBLISHED' and ${condition}
        and (${brands.length === 0} or brand = any(${[...brands]}))
        and (${category} = '' or category = ${category} or category like ${below(category)})
    ), counted as (
      select 'brand' as name, brand as value, count(*)::int as count from match where brand <> '' group by brand
      union all select 'category', category, count(*)::int from match where category <> '' group by category
    ), ranked as (
      select *, row_number() over (partition by name order by count desc, value) as place from counted
    ), page as (
      select id, row_number() over (order by rank desc, id)::int as place from match
      order by place offset ${offset} limit ${limit}
    )
    select name, value, count from ranked where place <= ${FACET_VALUES}
    union all select 'total', '', count(*)::int from match
    union all (select 'product', id::text, place from page)
    order by count desc, value`;
  const ids = found.filter(({ name }) => name === 'product').map(({ value }) => value);
  const rows = await tx<RawProduct[]>`select ${tx(COLUMNS)} from product where id = any(${ids}::uuid[])`;
  const products = new Map(rows.map((row) => [row.id, productOf(row)]));
  return {
    products: ids.reverse().flatMap((id) => products.get(id) ?? []),
    total: found.find(({ name }) => name === 'total')?.count ?? 0,
    facets: found.filter((row): row is FacetValue => row.name === 'brand' || row.name === 'category'),
  };
}
