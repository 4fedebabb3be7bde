import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase } from '#chassis/db/connect.ts';
import type { Transaction } from '#chassis/db/transaction.ts';
import { newId } from '#chassis/ids.ts';
import { broken, naming } from './broken.fixture.ts';
import { type Damage, type HealthyShop, healthyShop } from './healthy-shop.fixture.ts';
import { chargedOnce } from './invariants/charged-once.ts';
import { moneyMatchesOrders } from './invariants/money-matches-orders.ts';
import { oneParcelPerOrder } from './invariants/one-parcel-per-order.ts';
import { orderIsItsEvents } from './invariants/order-is-its-events.ts';
import { ordersHoldTheirStock } from './invariants/orders-hold-their-stock.ts';
import { ordersReachTheirEnd } from './invariants/orders-reach-their-end.ts';
import { providerAgrees } from './invariants/provider-agrees.ts';
import { reservationsMatchStock } from './invariants/reservations-match-stock.ts';
import { stockAddsUp } from './invariants/stock-adds-up.ts';
import { summariesMatchOrders } from './invariants/summaries-match-orders.ts';
import { invariants, verifyMesh } from './verify.ts';

let shop: HealthyShop;
beforeAll(async () => {
  shop = await healthyShop();
});
afterAll(() => shop.close());

const brokenBy = (damage: Damage) => shop.damaged(damage, broken);

test('a shop in which all went well keeps every promise, and every promise was looked at', async () => {
  const findings = await verifyMesh(shop.record);
  expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
  expect(findings).toHaveLength(invariants.length);
  expect(findings.filter(({ checked }) => checked === 0)).toEqual([]);
  expect(findings.find(({ invariant }) => invariant === moneyMatchesOrders.claim)?.checked).toBe(8);
});

test('what is wrong for a moment only is not told', async () => {
  const { delivered, shipped } = shop.orders;
  const list = (sql: Transaction, orderId: string, state: string) =>
    sql`update order_summary set state = ${state} where order_id = ${orderId}`;
  await shop.damaged({ orders: (sql) => list(sql, delivered, 'SHIPPED') }, async ({ databases, ...rest }) => {
    const findings = await verifyMesh({ ...rest, databases }, async () => {
      const db = connectDatabase({ url: databases.orders ?? '', max: 1, service: 'test' });
      await db.sql.begin(async (sql) => {
        await list(sql, delivered, 'DELIVERED');
        await list(sql, shipped, 'CONFIRMED');
      });
      await db.close();
    });
    expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
  });
});

describe('money', () => {
  test('charged twice for one order is found in the books of the provider', async () => {
    const { delivered } = shop.orders;
    const found = await brokenBy({
      payments: async (sql) => {
        await sql`drop index payment_of_order`;
        const [id, key] = [newId(), newId()];
        await sql`
          insert into payment (id, order_id, request_id, request_hash, provider_key, state, amount, currency)
          values (${id}, ${delivered}, ${newId()}, 'hash', ${key}, 'AUTHORIZED', 42, 'EUR')`;
        await sql`insert into sandbox.charge (key, amount, currency, state) values (${key}, 42, 'EUR', 'AUTHORIZED')`;
      },
    });
    expect(found).toEqual({ [chargedOnce.claim]: [naming(`order ${delivered} is charged 2 times`)] });
  });

  test('that nobody at payments knows of is found in the books of the provider', async () => {
    const key = newId();
    const found = await brokenBy({
      payments: (sql) =>
        sql`insert into sandbox.charge (key, amount, currency, state, captured) values (${key}, 42, 'EUR', 'CAPTURED', 42)`,
    });
    expect(found).toEqual({ [chargedOnce.claim]: [naming(key, 'belong to no payment')] });
  });

  test('that the provider counts otherwise is found', async () => {
    const { shipped } = shop.orders;
    const found = await brokenBy({
      payments: (sql) => sql`
        update sandbox.charge set amount = charge.amount + 0.000000001 from payment where key = provider_key and order_id = ${shipped}`,
    });
    expect(found).toEqual({ [providerAgrees.claim]: [naming(shipped, 'another amount')] });
  });

  test('given back by one side only is found', async () => {
    const found = await brokenBy({ payments: (sql) => sql`delete from sandbox.refund` });
    expect(found).toEqual({ [providerAgrees.claim]: [naming('refund', 'never reached the provider')] });
  });

  test('captured a billionth short is found', async () => {
    const { delivered } = shop.orders;
    const found = await brokenBy({
      payments: async (sql) => {
        await sql`
          update sandbox.charge set amount = charge.amount - 0.000000001, captured = charge.captured - 0.000000001
          from payment where key = provider_key and order_id = ${delivered}`;
        await sql`
          update payment set amount = amount - 0.000000001, captured = captured - 0.000000001 where order_id = ${delivered}`;
      },
    });
    expect(found).toEqual({
      [moneyMatchesOrders.claim]: [naming(`order ${delivered} is DELIVERED for 42.00 EUR`, '41.999999999')],
    });
  });

  test('kept of a cancelled order is found', async () => {
    const { refunded } = shop.orders;
    const found = await brokenBy({
      payments: async (sql) => {
        await sql`
          update sandbox.charge set refunded = 0 from payment where key = provider_key and order_id = ${refunded}`;
        await sql`delete from sandbox.refund`;
        await sql`delete from refund`;
        await sql`update payment set state = 'CAPTURED', refunded = 0, refund_claimed = 0 where order_id = ${refunded}`;
      },
    });
    expect(found).toEqual({
      [moneyMatchesOrders.claim]: [naming(`order ${refunded} is CANCELLED`, '21.00 EUR was captured')],
    });
  });
});

describe('stock', () => {
  test('that was never received is found', async () => {
    const { tent } = shop.orders;
    const found = await brokenBy({
      inventory: (sql) => sql`update adjustment set delta = delta + 1 where product_id = ${tent}`,
    });
    expect(found).toEqual({ [stockAddsUp.claim]: [naming(`product ${tent} in main`, 'add up to 101')] });
  });

  test('reserved by no reservation is found', async () => {
    const { tent } = shop.orders;
    const found = await brokenBy({
      inventory: (sql) =>
        sql`update stock set on_hand = on_hand - 1, reserved = reserved + 1 where product_id = ${tent}`,
    });
    expect(found).toEqual({
      [reservationsMatchStock.claim]: [naming(`product ${tent} in main counts 1 reserved`, 'hold 0')],
    });
  });

  test('bought for a cancelled order instead of a confirmed one is found', async () => {
    const { delivered, declined } = shop.orders;
    const found = await brokenBy({
      inventory: (sql) => sql`update reservation set order_id = ${declined} where order_id = ${delivered}`,
    });
    expect(found).toEqual({
      [ordersHoldTheirStock.claim]: expect.arrayContaining([
        naming(`order ${delivered} is DELIVERED, yet has no reservation`),
        naming(`order ${declined} is CANCELLED, yet has reservation`),
      ]),
    });
  });

  test('bought otherwise than ordered is found', async () => {
    const { delivered, shipped } = shop.orders;
    const found = await brokenBy({
      inventory: (sql) => sql`
        update reservation set order_id = case order_id when ${delivered} then ${shipped}::uuid else ${delivered}::uuid end
        where order_id in (${delivered}, ${shipped})`,
    });
    expect(Object.keys(found)).toEqual([ordersHoldTheirStock.claim]);
    expect(found[ordersHoldTheirStock.claim]).toHaveLength(2);
  });
});

describe('an order', () => {
  test('whose saga is parked is found', async () => {
    const { backordered } = shop.orders;
    const found = await brokenBy({
      orders: (sql) => sql`update saga set status = 'parked', problem = 'no answer' where subject = ${backordered}`,
    });
    expect(found).toEqual({
      [ordersReachTheirEnd.claim]: [naming('saga', `checkout of order ${backordered}`, 'is parked: no answer')],
    });
  });

  test('whose saga is due and forgotten is found', async () => {
    const { backordered } = shop.orders;
    const found = await brokenBy({
      orders: (sql) => sql`update saga set wake_at = now() - interval '5 minutes' where subject = ${backordered}`,
    });
    expect(found).toEqual({ [ordersReachTheirEnd.claim]: [naming(backordered, 'nobody takes it up')] });
  });

  test('without a saga is found', async () => {
    const { delivered } = shop.orders;
    const found = await brokenBy({ orders: (sql) => sql`delete from saga where subject = ${delivered}` });
    expect(found).toEqual({ [ordersReachTheirEnd.claim]: [`order ${delivered} has no checkout saga`] });
  });

  test('that nothing will move any more is found', async () => {
    const { backordered } = shop.orders;
    const found = await brokenBy({
      orders: (sql) => sql`update saga set status = 'completed' where subject = ${backordered}`,
    });
    expect(found).toEqual({
      [ordersReachTheirEnd.claim]: [`order ${backordered} is BACKORDERED and nothing will move it`],
    });
  });

  test('that is not what its events tell is found', async () => {
    const { shipped } = shop.orders;
    const found = await brokenBy({
      orders: (sql) =>
        sql`update orders set data = jsonb_set(data, '{items,0,title}', '"Gold bar"') where id = ${shipped}`,
    });
    expect(found).toEqual({ [orderIsItsEvents.claim]: [`order ${shipped} differs from what its events tell`] });
  });

  test('with a gap in its history is found', async () => {
    const { shipped } = shop.orders;
    const found = await brokenBy({
      orders: (sql) => sql`
        insert into order_event (order_id, version, type, data, occurred_at)
        values (${shipped}, 99, 'OrderCancellationRequested', '{"type": "OrderCancellationRequested"}', now())`,
    });
    expect(found).toEqual({ [orderIsItsEvents.claim]: [naming(`order ${shipped} has event 99 where`)] });
  });

  test('with two parcels is found', async () => {
    const { delivered } = shop.orders;
    const parcel = newId();
    const found = await brokenBy({
      shipping: async (sql) => {
        await sql`drop index shipment_of_order`;
        await sql`
          insert into shipment (id, order_id, request_id, request_hash, state, address, tracking_number)
          values (${parcel}, ${delivered}, ${newId()}, 'hash', 'CREATED', '{}', 'TW-2')`;
      },
    });
    expect(found).toEqual({ [oneParcelPerOrder.claim]: [naming(`order ${delivered}`, parcel)] });
  });

  test('listed otherwise than it is is found', async () => {
    const { delivered } = shop.orders;
    const found = await brokenBy({
      orders: (sql) => sql`update order_summary set state = 'SHIPPED' where order_id = ${delivered}`,
    });
    expect(found).toEqual({
      [summariesMatchOrders.claim]: [naming(`order ${delivered} is listed as SHIPPED`, 'tell DELIVERED')],
    });
  });
});
