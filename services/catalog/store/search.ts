import type { Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import type { FacetValue, Filter, Matches } from '../app/ports.ts';
import { below, COLUMNS, productOf, type RawProduct } from './product-row.ts';

/**
 * How alike typed and written words must be, from 0 to 1, as the share of three-letter pieces they have in common. One wrong letter in a word of five passes (0.33), and
 * two swapped in a word of six (0.27); a word that only begins alike does not.
 */
const ALIKE = '0.26';
const FACET_VALUES = 20;

/**
 * Finds published products by whole words (weighted: title before brand and category before description) or by words that look alike, which forgives typing errors.
 * Counts by brand and category are over all matches.
 */
export async function searchProducts(
  db: Database,
  words: string,
  filter: Filter,
  offset: number,
  limit: number,
): Promise<Matches> {
  const { brands, category } = filter;
  return inTransaction(db, async (tx) => {
    await tx`select set_config('pg_trgm.strict_word_similarity_threshold', ${ALIKE}, true)`;
    const matching = tx`
      select product.*, ts_rank(search, query) * 4 + strict_word_similarity(lower(${words}), words) as rank
      from product, websearch_to_tsquery('english', ${words}) as query
      where state = 'PUBLISHED' and (search @@ query or lower(${words}) <<% words)
        and (${brands.length === 0} or brand = any(${[...brands]}))
        and (${category} = '' or category = ${category} or category like ${below(category)})`;
    const rows = await tx<RawProduct[]>`
      select ${tx(COLUMNS)} from (${matching}) as match order by rank desc, id offset ${offset} limit ${limit}`;
    const counted = await tx<{ name: 'brand' | 'category' | null; value: string | null; count: number }[]>`
      with match as (${matching}), counted as (
        select 'brand' as name, brand as value, count(*)::int as count from match where brand <> '' group by brand
        union all select 'category', category, count(*)::int from match where category <> '' group by category
      ), ranked as (
        select *, row_number() over (partition by name order by count desc, value) as place from counted
      )
      select name, value, count from ranked where place <= ${FACET_VALUES}
      union all select null, null, count(*)::int from match
      order by count desc, value`;
    return {
      products: rows.map(productOf),
      total: counted.find(({ name }) => name === null)?.count ?? 0,
      facets: counted.filter((row): row is FacetValue => row.name !== null),
    };
  });
}
