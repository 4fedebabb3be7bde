import type { Database } from '#chassis/db/connect.ts';
import type { Availability } from '../app/ports.ts';

/** Reads what can be sold of each product; products never stocked have nothing. */
export async function availabilityOf({ sql }: Database, productIds: readonly string[]): Promise<Availability[]> {
  return sql<Availability[]>`
    select id as "productId", coalesce(sum(on_hand), 0)::bigint as available, coalesce(sum(reserved), 0)::bigint as reserved,
      coalesce(sum(version), 0)::bigint as version
    from unnest(${[...new Set(productIds)]}::uuid[]) as wanted(id) left join stock on product_id = id
    group by id`;
}
