import type { Invariant, Violation } from '../invariant.ts';

interface PlacedOrder {
  id: string;
  state: string;
  checkout_id: string;
}

interface SagaState {
  id: string;
  kind: string;
  subject: string;
  status: string;
  problem: string | null;
  forgotten: boolean;
}

const ENDED = new Set(['DELIVERED', 'CANCELLED']);
/** The parcel that will move an order on, by the order's state. */
const CARRIED: Record<string, string> = { CONFIRMED: 'CREATED', SHIPPED: 'DISPATCHED' };
/** A due saga that nobody takes up for this long is forgotten: leases end after seconds. */
const PATIENCE = '60 seconds';

/** An order that has not ended must be waited for by something: a saga that will wake it, or a parcel on its way. */
export const ordersReachTheirEnd: Invariant = {
  claim: 'Every order has ended or has a saga or a parcel that will move it, and no saga is parked',
  async look(mesh) {
    const parcels = await mesh.read(
      'shipping',
      (sql) =>
        sql<
          { order_id: string; state: string }[]
        >`select order_id, state from shipment where state in ('CREATED', 'DISPATCHED')`,
    );
    const { orders, sagas } = await mesh.read('orders', async (sql) => ({
      orders: await sql<PlacedOrder[]>`select id, state, data ->> 'checkoutId' as checkout_id from orders`,
      sagas: await sql<SagaState[]>`
        select id, kind, subject, status, problem, status in ('running', 'compensating')
          and greatest(wake_at, lease_until) < now() - ${PATIENCE}::interval as forgotten
        from saga`,
    }));
    const known = new Set(orders.map(({ id }) => id));
    const sagasOf = Map.groupBy(sagas, ({ subject }) => subject);
    const parcelOf = new Map(parcels.map(({ order_id: orderId, state }) => [orderId, state]));
    const strangers = sagas.filter(({ subject }) => !known.has(subject));
    return {
      checked: orders.length,
      violations: [
        ...orders.flatMap((order) => violationsOf(order, sagasOf.get(order.id) ?? [], parcelOf.get(order.id))),
        ...strangers.map(({ id, kind, subject }) => ({
          about: `saga ${id}`,
          problem: `is a ${kind} of order ${subject}, which does not exist`,
        })),
      ],
    };
  },
};

function violationsOf(
  { id, state, checkout_id }: PlacedOrder,
  sagas: SagaState[],
  parcel: string | undefined,
): Violation[] {
  const stuck = sagas
    .filter(({ status, forgotten }) => status === 'parked' || forgotten)
    .map((saga) => ({
      about: `saga ${saga.id}`,
      problem: `(${saga.kind} of order ${id}, ${state}) ${saga.forgotten ? 'is due and nobody takes it up' : 'is parked'}: ${saga.problem ?? 'no problem noted'}`,
    }));
  if (!sagas.some((saga) => saga.id === checkout_id))
    return [...stuck, { about: `order ${id}`, problem: 'has no checkout saga' }];
  const moves = sagas.some(({ status }) => status === 'running' || status === 'compensating');
  const waits = moves || (parcel !== undefined && CARRIED[state] === parcel);
  if (ENDED.has(state) || waits || stuck.length > 0) return stuck;
  return [{ about: `order ${id}`, problem: `is ${state} and nothing will move it` }];
}
