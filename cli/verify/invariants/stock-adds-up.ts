import type { Invariant } from '../invariant.ts';

interface Shelf {
  product_id: string;
  warehouse: string;
  on_hand: bigint;
  reserved: bigint;
  sold: bigint;
  received: bigint;
  adjusted: bigint;
}

/** Counts pieces two ways: by where they are, and by what was ever received. */
export const stockAddsUp: Invariant = {
  claim: 'Stock on hand, reserved and sold is what was received, and never below zero',
  look: (mesh) =>
    mesh.read('inventory', async (sql) => {
      const shelves = await sql<Shelf[]>`
        select product_id, warehouse, on_hand, reserved, sold, received, coalesce(adjusted, 0)::bigint as adjusted
        from stock left join (
          select product_id, warehouse, sum(delta) as adjusted from adjustment group by product_id, warehouse
        ) as receipts using (product_id, warehouse)`;
      const wrong = shelves.filter(
        ({ on_hand, reserved, sold, received, adjusted }) =>
          on_hand + reserved + sold !== received ||
          received !== adjusted ||
          [on_hand, reserved, sold].some((pieces) => pieces < 0n),
      );
      return {
        checked: shelves.length,
        violations: wrong.map(({ product_id, warehouse, on_hand, reserved, sold, received, adjusted }) => ({
          about: `product ${product_id} in ${warehouse}`,
          problem: `has ${on_hand} on hand + ${reserved} reserved + ${sold} sold, counts ${received} received, and its receipts add up to ${adjusted}`,
        })),
      };
    }),
};
