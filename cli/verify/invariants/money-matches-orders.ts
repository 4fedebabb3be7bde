import { formatMoney, moneyOf, nanosOf } from '#chassis/money.ts';
import type { Invariant, Violation } from '../invariant.ts';

interface PlacedOrder {
  id: string;
  state: string;
  total: { units: string; nanos: number; currency: string };
}

/** Money of one order in one currency, in billionths. */
interface Taken {
  order_id: string;
  currency: string;
  captured: string;
  refunded: string;
}

const CONFIRMED = new Set(['CONFIRMED', 'SHIPPED', 'DELIVERED']);

/** Compares orders with payments, order by order and to the billionth. What was refunded of a confirmed order was captured before. */
export const moneyMatchesOrders: Invariant = {
  claim: 'Money captured is the money of confirmed orders, and all of it went back to the others',
  async look(mesh) {
    const taken = await mesh.read(
      'payments',
      (sql) => sql<Taken[]>`
        select order_id, currency, (sum(captured) * 1e9)::numeric(60, 0)::text as captured,
          (sum(refunded) * 1e9)::numeric(60, 0)::text as refunded
        from payment where captured > 0 group by order_id, currency`,
    );
    const orders = await mesh.read(
      'orders',
      (sql) => sql<PlacedOrder[]>`select id, state, data -> 'total' as total from orders`,
    );
    const known = new Set(orders.map(({ id }) => id));
    const ofOrder = Map.groupBy(taken, ({ order_id: orderId }) => orderId);
    const strangers = taken.filter(({ order_id: orderId }) => !known.has(orderId));
    return {
      checked: orders.length,
      violations: [
        ...orders.flatMap((order) => violationsOf(order, ofOrder.get(order.id) ?? [])),
        ...strangers.map((money) => ({
          about: `order ${money.order_id}`,
          problem: `does not exist, yet ${told(money)}`,
        })),
      ],
    };
  },
};

function violationsOf({ id, state, total }: PlacedOrder, taken: Taken[]): Violation[] {
  const about = `order ${id}`;
  const due = nanosOf({ units: BigInt(total.units), nanos: total.nanos });
  if (CONFIRMED.has(state)) {
    const [money] = taken;
    const exact = taken.length === 1 && money?.currency === total.currency && BigInt(money.captured) === due;
    const found = taken.length === 0 ? 'nothing was captured' : taken.map(told).join(', ');
    return exact ? [] : [{ about, problem: `is ${state} for ${amount(due, total.currency)}, yet ${found}` }];
  }
  const kept = taken.filter(({ captured, refunded }) => captured !== refunded);
  return kept.length === 0 ? [] : [{ about, problem: `is ${state}, yet ${kept.map(told).join(', ')}` }];
}

function told({ currency, captured, refunded }: Taken): string {
  const back = BigInt(refunded);
  const taken = `${amount(BigInt(captured), currency)} was captured`;
  return back === 0n ? taken : `${taken} and ${amount(back, currency)} refunded`;
}

function amount(nanos: bigint, currency: string): string {
  return formatMoney(moneyOf(nanos, currency));
}
