import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from '#chassis/db/transaction.ts';
import type { OrderEvent } from '../../../services/orders/domain/event.ts';
import { replay } from '../../../services/orders/domain/evolve.ts';
import type { Order } from '../../../services/orders/domain/order.ts';
import type { Invariant, Violation } from '../invariant.ts';

interface StoredOrder {
  id: string;
  state: string;
  version: bigint;
  data: Order;
  events: { version: number; type: string; data: OrderEvent; time: string }[] | null;
}

const AT_A_TIME = 500;

/** Replays every order's history through the domain itself. */
export const orderIsItsEvents: Invariant = {
  claim: 'The events of every order are without gap, and the order is what they tell',
  look: (mesh) =>
    mesh.read('orders', async (sql) => {
      const violations = await orphans(sql);
      let checked = 0;
      const stored = sql<StoredOrder[]>`
        select id, state, version, data, (
          select jsonb_agg(jsonb_build_object('version', version, 'type', type, 'data', data, 'time', occurred_at) order by version)
          from order_event where order_id = orders.id
        ) as events
        from orders`;
      for await (const orders of stored.cursor(AT_A_TIME)) {
        checked += orders.length;
        for (const order of orders) {
          const problem = problemOf(order);
          if (problem) violations.push({ about: `order ${order.id}`, problem });
        }
      }
      return { checked, violations };
    }),
};

function problemOf({ id, state, version, data, events }: StoredOrder): string | undefined {
  const history = events ?? [];
  const gap = history.findIndex((event, index) => event.version !== index + 1);
  if (gap >= 0) return `has event ${history[gap]?.version} where ${gap + 1} belongs`;
  const mislabelled = history.find((event) => event.type !== event.data.type);
  if (mislabelled)
    return `has event ${mislabelled.version} stored as ${mislabelled.type} and telling ${mislabelled.data.type}`;
  try {
    const told = replay(
      history.map((event) => ({
        orderId: id,
        version: event.version,
        time: new Date(event.time).toISOString(),
        event: event.data,
      })),
    );
    if (!told) return 'has no events';
    if (state !== told.state || version !== BigInt(told.version))
      return `is ${state} at version ${version}, its events tell ${told.state} at version ${told.version}`;
    return isDeepStrictEqual(JSON.parse(JSON.stringify(told)), data) ? undefined : 'differs from what its events tell';
  } catch (error) {
    return `cannot be replayed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function orphans(sql: Transaction): Promise<Violation[]> {
  const rows = await sql<{ order_id: string }[]>`
    select distinct order_id from order_event where not exists (select from orders where id = order_id)`;
  return rows.map(({ order_id }) => ({ about: `order ${order_id}`, problem: 'has events and does not exist' }));
}
