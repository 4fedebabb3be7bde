import type { Invariant } from '../invariant.ts';

interface Shelf {
  product_id: string;
  warehouse: string;
  reserved: bigint;
  sold: bigint;
  held: bigint;
  committed: bigint;
}

/** Compares the counters of stock with the reservations they count. */
export const reservationsMatchStock: Invariant = {
  claim: 'Reservations held are the pieces reserved, and those committed are the pieces sold',
  look: (mesh) =>
    mesh.read('inventory', async (sql) => {
      const shelves = await sql<Shelf[]>`
        select product_id, warehouse, coalesce(reserved, 0)::bigint as reserved, coalesce(sold, 0)::bigint as sold,
          coalesce(held, 0)::bigint as held, coalesce(committed, 0)::bigint as committed
        from stock full join (
          select product_id, warehouse, sum(quantity) filter (where state = 'HELD') as held,
            sum(quantity) filter (where state = 'COMMITTED') as committed
          from reservation_line join reservation on reservation.id = reservation_id
          where state in ('HELD', 'COMMITTED') group by product_id, warehouse
        ) as lines using (product_id, warehouse)`;
      const wrong = shelves.filter(({ reserved, sold, held, committed }) => reserved !== held || sold !== committed);
      return {
        checked: shelves.length,
        violations: wrong.map(({ product_id, warehouse, reserved, sold, held, committed }) => ({
          about: `product ${product_id} in ${warehouse}`,
          problem: `counts ${reserved} reserved and ${sold} sold, its reservations hold ${held} and sold ${committed}`,
        })),
      };
    }),
};
