import type { Invariant, Violation } from '../invariant.ts';

interface PlacedOrder {
  id: string;
  state: string;
  items: { productId: string; quantity: number }[];
}

interface Reservation {
  id: string;
  order_id: string;
  state: 'HELD' | 'COMMITTED';
  pieces: Record<string, string> | null;
}

const CONFIRMED = new Set(['CONFIRMED', 'SHIPPED', 'DELIVERED']);

/** Compares orders with the reservations of inventory, line by line. */
export const ordersHoldTheirStock: Invariant = {
  claim: 'Each confirmed order has bought exactly its lines, and each cancelled order holds no stock',
  async look(mesh) {
    const reservations = await mesh.read(
      'inventory',
      (sql) => sql<Reservation[]>`
        select id, order_id, state, (
          select jsonb_object_agg(product_id, pieces::text) from (
            select product_id, sum(quantity) as pieces from reservation_line where reservation_id = reservation.id group by product_id
          ) as line
        ) as pieces
        from reservation where state in ('HELD', 'COMMITTED')`,
    );
    const orders = await mesh.read(
      'orders',
      (sql) => sql<PlacedOrder[]>`select id, state, data -> 'items' as items from orders`,
    );
    const known = new Set(orders.map(({ id }) => id));
    const ofOrder = Map.groupBy(reservations, ({ order_id: orderId }) => orderId);
    const strangers = reservations.filter(({ order_id: orderId }) => !known.has(orderId));
    return {
      checked: orders.length,
      violations: [
        ...orders.flatMap((order) => violationsOf(order, ofOrder.get(order.id) ?? [])),
        ...strangers.map(({ id, order_id, state }) => ({
          about: `reservation ${id}`,
          problem: `is ${state} for order ${order_id}, which does not exist`,
        })),
      ],
    };
  },
};

function violationsOf({ id, state, items }: PlacedOrder, reservations: Reservation[]): Violation[] {
  const problem = problemOf(state, items, reservations);
  return problem ? [{ about: `order ${id}`, problem: `is ${state}, yet ${problem}` }] : [];
}

function problemOf(state: string, items: PlacedOrder['items'], reservations: Reservation[]): string | undefined {
  const named = reservations.map((reservation) => `${reservation.id} (${reservation.state})`).join(', ');
  if (state === 'CANCELLED') return named ? `has reservation ${named}` : undefined;
  if (!CONFIRMED.has(state)) {
    const fits = reservations.length <= 1 && reservations.every((reservation) => reservation.state === 'HELD');
    return fits ? undefined : `has reservation ${named}`;
  }
  const [bought] = reservations;
  if (!bought || reservations.length > 1 || bought.state !== 'COMMITTED')
    return named ? `has reservation ${named}` : 'has no reservation';
  const ordered = new Map<string, bigint>();
  for (const { productId, quantity } of items)
    ordered.set(productId, (ordered.get(productId) ?? 0n) + BigInt(quantity));
  const sold = new Map(Object.entries(bought.pieces ?? {}).map(([product, pieces]) => [product, BigInt(pieces)]));
  const differs = [...new Set([...ordered.keys(), ...sold.keys()])].find(
    (product) => ordered.get(product) !== sold.get(product),
  );
  if (differs === undefined) return undefined;
  return `its reservation ${bought.id} sold ${sold.get(differs) ?? 0n} of product ${differs}, ordered ${ordered.get(differs) ?? 0n}`;
}
