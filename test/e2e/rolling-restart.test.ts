import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Restarted } from '#chassis/local/rolling-restart.ts';
import { services } from '#chassis/local/topology.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { replicas, restartUnderLoad } from '../chaos/rolling-restart.ts';
import { asJson, tradewind } from './command-line.fixture.ts';
import { address, follow, openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ replicas });
});
afterAll(() => shop?.close());

test('several instances of a service share its calls, sagas and events, and a watch sees what any of them does', {
  timeout: 60_000,
}, async () => {
  const { token } = await shop.shopper();
  const productId = await shop.product(20);
  const orders = shop.client(OrdersService, token);
  const placed = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const items = [{ productId, quantity: 1n }];
      const request = { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' };
      return (await orders.placeOrder(request)).order?.id ?? '';
    }),
  );
  await Promise.all(placed.map((id) => follow(orders, id, OrderState.DELIVERED)));
  for (const service of Object.keys(replicas)) {
    const instances = shop.mesh.record.services[service] ?? [];
    expect(instances).toHaveLength(2);
    for (const { httpPort } of instances) expect(await callsServed(httpPort)).toBeGreaterThan(0);
  }
});

test('a rolling restart of every service under load fails no call and loses no event', {
  timeout: 180_000,
}, async () => {
  const before = processes();
  // As much as two slow cores bear while processes start on them.
  const { restarted, failed, violations } = await restartUnderLoad(shop, 3);
  expect(failed).toEqual([]);
  const each = services.flatMap(({ name }) =>
    Array.from({ length: replicas[name] ?? 1 }, (_, index) => [name, index + 1]),
  );
  expect(restarted.map(({ service, number }) => [service, number])).toEqual(each);
  expect(processes().filter((pid) => before.includes(pid))).toEqual([]);
  expect(violations).toEqual([]);
});

test('the command restarts one service, and names those there are', { timeout: 60_000 }, async () => {
  const { catalog, gateway } = shop.mesh.record.services;
  const [before, untouched] = [catalog?.[0]?.pid, gateway?.[0]?.pid];
  const { code, value } = await asJson<{ restarted: Restarted[] }>(shop.directory, 'restart', 'catalog');
  expect([code, value.restarted]).toMatchObject([0, [{ service: 'catalog', number: 1, pid: catalog?.[0]?.pid }]]);
  expect(catalog?.[0]?.pid).not.toBe(before);
  expect(gateway?.[0]?.pid).toBe(untouched);
  const unknown = await tradewind(shop.directory, 'restart', 'katalog');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('There are: identity, catalog')]);
});

test('a second restart at the same time is refused', { timeout: 60_000 }, async () => {
  const first = shop.mesh.restart('catalog');
  await expect(shop.mesh.restart('orders')).rejects.toThrow('under way');
  expect(await first).toHaveLength(1);
});

function processes(): number[] {
  return Object.values(shop.mesh.record.services).flatMap((instances) => instances.map(({ pid }) => pid));
}

/** How many calls an instance has served, by its own count. */
async function callsServed(httpPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  const counts = text.matchAll(/^tradewind_rpc_server_duration_seconds_count\{[^}]*\} (\d+)/gm);
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
