import type { Invariant, Violation } from '../invariant.ts';

interface PlacedOrder {
  id: string;
  state: string;
  shipment_id: string | null;
}

interface Parcel {
  id: string;
  order_id: string;
  state: string;
}

/** The state of the parcel that belongs to each state of its order. */
const BELONGS: Record<string, readonly string[]> = {
  CONFIRMED: ['CREATED'],
  SHIPPED: ['DISPATCHED'],
  DELIVERED: ['DELIVERED'],
};

/** Compares orders with the parcels of shipping; a cancelled parcel is none. */
export const oneParcelPerOrder: Invariant = {
  claim: 'Each confirmed order has one parcel, which is where the order says, and no other order has one',
  async look(mesh) {
    const parcels = await mesh.read(
      'shipping',
      (sql) => sql<Parcel[]>`select id, order_id, state from shipment where state <> 'CANCELLED'`,
    );
    const orders = await mesh.read(
      'orders',
      (sql) => sql<PlacedOrder[]>`select id, state, data ->> 'shipmentId' as shipment_id from orders`,
    );
    const known = new Set(orders.map(({ id }) => id));
    const ofOrder = Map.groupBy(parcels, ({ order_id: orderId }) => orderId);
    const strangers = parcels.filter(({ order_id: orderId }) => !known.has(orderId));
    return {
      checked: orders.length,
      violations: [
        ...orders.flatMap((order) => violationsOf(order, ofOrder.get(order.id) ?? [])),
        ...strangers.map(({ id, order_id }) => ({
          about: `parcel ${id}`,
          problem: `is for order ${order_id}, which does not exist`,
        })),
      ],
    };
  },
};

function violationsOf({ id, state, shipment_id }: PlacedOrder, parcels: Parcel[]): Violation[] {
  const allowed = BELONGS[state] ?? [];
  const [parcel] = parcels;
  const isRight =
    parcels.length <= 1 &&
    (parcel
      ? parcel.id === shipment_id && allowed.includes(parcel.state)
      : allowed.length === 0 || shipment_id === null);
  if (isRight) return [];
  const found = parcels.map((each) => `${each.id} (${each.state})`).join(', ') || 'none';
  return [{ about: `order ${id}`, problem: `is ${state} with parcel ${shipment_id ?? 'none'}, shipping has ${found}` }];
}
