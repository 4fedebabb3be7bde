/** A full stop and start of the mesh while checkouts run: each must go on where it was and end as its card demands. */
import postgres from 'postgres';
import { newId } from '#chassis/ids.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { inParallel } from '../../cli/demo/in-parallel.ts';
import { nameOf } from '../../cli/enum-name.ts';
import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { verifyMesh } from '../../cli/verify/verify.ts';
import { address, openShop, type Shop } from '../e2e/shop.fixture.ts';

const AT_A_TIME = 32;
const QUIET_SECONDS = 120;
/** A third of the payments takes two seconds, so that many checkouts are under way when everything ends. */
const CARDS = ['tok_visa', 'tok_slow', 'tok_declined'] as const;

const SOLD: readonly OrderState[] = [OrderState.CONFIRMED, OrderState.SHIPPED, OrderState.DELIVERED];

export interface StopReport {
  orders: number;
  /** Checkouts that had not ended when the stop began. */
  underWay: number;
  stopSeconds: number;
  /** From the moment that all services were ready again until nothing was under way. */
  finishSeconds: number;
  /** Orders that did not end as they must, a line each. */
  surprises: string[];
  violations: string[];
}

interface Placed {
  id: string;
  card: string;
}

/** Places `orders` orders, stops the whole mesh, starts it on the same folder and compares how everything ended. */
export async function stopAmidSagas(orders: number): Promise<StopReport> {
  const first = await openShop();
  const { token } = await first.shopper();
  const placed = await placeMany(first, token, orders);
  const underWay = await unfinished(first);
  const stopping = performance.now();
  await first.close({ keep: true });
  const stopSeconds = since(stopping);
  const shop = await openShop({ again: first });
  try {
    const ready = performance.now();
    await waitUntilQuiet(shop.mesh.record, QUIET_SECONDS);
    const finishSeconds = since(ready);
    const surprises = await surprisesOf(shop, token, placed);
    const findings = await verifyMesh(shop.mesh.record);
    const violations = findings.flatMap((finding) => finding.violations.map((each) => `${finding.invariant}: ${each}`));
    return { orders, underWay, stopSeconds, finishSeconds, surprises, violations };
  } finally {
    await shop.close();
  }
}

async function placeMany(shop: Shop, token: string, count: number): Promise<Placed[]> {
  const productId = await shop.product(count);
  const client = shop.client(OrdersService, token);
  return inParallel(Array.from({ length: count }), AT_A_TIME, async (_, index) => {
    const card = CARDS[index % CARDS.length] ?? 'tok_visa';
    const items = [{ productId, quantity: 1n }];
    const { order } = await client.placeOrder({
      requestId: newId(),
      items,
      shippingAddress: address,
      paymentToken: card,
    });
    return { id: order?.id ?? '', card };
  });
}

async function unfinished(shop: Shop): Promise<number> {
  const sql = postgres(shop.mesh.record.databases.orders ?? '', { max: 1, fetch_types: false });
  try {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int from saga where status in ('running', 'compensating')`;
    return row?.count ?? 0;
  } finally {
    await sql.end();
  }
}

async function surprisesOf(shop: Shop, token: string, placed: readonly Placed[]): Promise<string[]> {
  const client = shop.client(OrdersService, token);
  const states = await inParallel(placed, AT_A_TIME, async ({ id, card }) => {
    const { order } = await client.getOrder({ orderId: id });
    const state = order?.state ?? OrderState.UNSPECIFIED;
    const right = card === 'tok_declined' ? [OrderState.CANCELLED] : SOLD;
    return right.includes(state) ? [] : [`order ${id}, paid with ${card}, is ${nameOf(OrderState, state)}`];
  });
  return states.flat();
}

function since(begin: number): number {
  return Math.round(performance.now() - begin) / 1000;
}
