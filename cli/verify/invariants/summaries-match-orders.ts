import type { Invariant } from '../invariant.ts';

/** Events that leave orders; only they can be in a read model made from events. */
const ANNOUNCED = [
  'OrderPlaced',
  'OrderBackordered',
  'OrderConfirmed',
  'OrderShipped',
  'OrderDelivered',
  'OrderCancelled',
];

interface Difference {
  id: string;
  found: string | null;
  expected: string | null;
  contents_differ: boolean;
}

/** Compares the read model behind lists of orders with the orders themselves. */
export const summariesMatchOrders: Invariant = {
  claim: 'The list of orders shows every order as its last announced event left it',
  look: (mesh) =>
    mesh.read('orders', async (sql) => {
      const [count] = await sql<{ orders: number }[]>`select count(*)::int as orders from orders`;
      const differences = await sql<Difference[]>`
        with told as (
          select distinct on (order_id) order_id, version,
            case type when 'OrderPlaced' then 'PENDING' else upper(substr(type, 6)) end as state
          from order_event where type = any(${ANNOUNCED}) order by order_id, version desc
        ), shown as (
          select order_summary.* from projection join order_summary on generation = serving where name = 'order_summary'
        ), compared as (
          select coalesce(orders.id, shown.order_id) as id, shown.state || ' at version ' || shown.version as found,
            told.state || ' at version ' || told.version as expected,
            shown.placed_at is null or shown.user_id <> orders.user_id or shown.total is distinct from orders.data -> 'total'
              or shown.product_ids is distinct from array(
                select (item ->> 'productId')::uuid from jsonb_array_elements(orders.data -> 'items') with ordinality as each(item, place)
                order by place
              ) as contents_differ
          from orders join told on told.order_id = orders.id full join shown on shown.order_id = orders.id
        )
        select * from compared where found is distinct from expected or contents_differ`;
      return {
        checked: count?.orders ?? 0,
        violations: differences.map(({ id, found, expected }) => ({
          about: `order ${id}`,
          problem:
            found === expected
              ? 'is listed with another buyer, total or content'
              : `is listed as ${found ?? 'nothing'}, its events tell ${expected ?? 'nothing'}`,
        })),
      };
    }),
};
