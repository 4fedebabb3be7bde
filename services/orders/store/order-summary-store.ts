/**
 * Keeps the read model behind lists of orders. A generation serves; a rebuild fills the next one through the same functions while every
 * new event goes to both, and then takes its place. Versions make the order of events not matter.
 */
import type { Database } from '#chassis/db/connect.ts';
import type { OrderSummaryStore } from '../app/ports.ts';

const NAME = 'order_summary';

export function orderSummaryStore({ sql }: Database): OrderSummaryStore {
  const generations = sql`(
    select serving as generation from projection where name = ${NAME}
    union select building from projection where name = ${NAME} and building is not null)`;

  return {
    async noteOrder({ orderId, userId, state, version, contents, placedAt }) {
      await sql`
        insert into order_summary (generation, order_id, user_id, state, version, product_ids, total, placed_at)
        select generation, ${orderId}, ${userId}, ${state}, ${version}, ${contents?.productIds ?? null}::uuid[],
          ${contents ? sql.json(contents.total as never) : null}::jsonb, ${placedAt ?? null}::timestamptz
        from ${generations} as g
        on conflict (generation, order_id) do update set
          state = case when excluded.version > order_summary.version then excluded.state else order_summary.state end,
          version = greatest(excluded.version, order_summary.version),
          product_ids = coalesce(order_summary.product_ids, excluded.product_ids),
          total = coalesce(order_summary.total, excluded.total),
          placed_at = coalesce(order_summary.placed_at, excluded.placed_at)`;
    },

    async noteCustomer(userId, name, version) {
      await sql`
        insert into customer_name (generation, user_id, name, version)
        select generation, ${userId}, ${name}, ${version} from ${generations} as g
        on conflict (generation, user_id) do update set name = excluded.name, version = excluded.version
        where excluded.version > customer_name.version`;
    },

    async noteProduct(productId, title, version) {
      await sql`
        insert into product_title (generation, product_id, title, version)
        select generation, ${productId}, ${title}, ${version} from ${generations} as g
        on conflict (generation, product_id) do update set title = excluded.title, version = excluded.version
        where excluded.version > product_title.version`;
    },

    async list({ userId, state, before, limit }) {
      const rows = await sql`
        select s.order_id, s.user_id, s.state, s.total, s.placed_at, coalesce(c.name, '') as customer_name,
          array(
            select coalesce(t.title, '') from unnest(s.product_ids) with ordinality as p(id, place)
            left join product_title t on t.generation = s.generation and t.product_id = p.id order by p.place) as titles
        from projection
        join order_summary s on s.generation = projection.serving
        left join customer_name c on c.generation = s.generation and c.user_id = s.user_id
        where projection.name = ${NAME} and s.placed_at is not null
          and (${userId ?? null}::uuid is null or s.user_id = ${userId ?? null}::uuid)
          and (${state ?? null}::text is null or s.state = ${state ?? null}::text)
          and (${before ?? null}::uuid is null or s.order_id < ${before ?? null}::uuid)
        order by s.order_id desc limit ${limit}`;
      return rows.map((row) => ({
        orderId: row.order_id,
        userId: row.user_id,
        customerName: row.customer_name,
        state: row.state,
        productTitles: row.titles,
        total: row.total,
        placedAt: row.placed_at,
      }));
    },

    async customerNames(userIds) {
      const rows = await sql`
        select c.user_id, c.name from projection join customer_name c on c.generation = projection.serving
        where projection.name = ${NAME} and c.user_id = any(${[...new Set(userIds)]}::uuid[])`;
      return new Map(rows.map((row) => [row.user_id, row.name]));
    },

    async begin() {
      const [row] = await sql`
        update projection set building = coalesce(building, serving) + 1 where name = ${NAME} returning building`;
      if (!row) throw new Error(`there is no projection ${NAME}`);
      return row.building;
    },

    async swap(generation) {
      const [row] = await sql`
        update projection set serving = building, building = null, built_at = now()
        where name = ${NAME} and building = ${generation}
        returning (select count(*)::int from order_summary where generation = ${generation}) as rows`;
      if (!row) return undefined;
      for (const table of ['order_summary', 'customer_name', 'product_title']) {
        await sql`delete from ${sql(table)} where generation < ${generation}`;
      }
      return row.rows;
    },
  };
}
