/** The whole of orders on a real database and real sockets, with the other services in memory. */
import type { Client } from '@connectrpc/connect';
import { pino } from 'pino';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { startSagaRunner } from '#chassis/saga/runner.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { serve } from '#chassis/testing/serve.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import type { CatalogProduct } from '../app/ports.ts';
import { ordersErrors } from '../errors.ts';
import type { ReplayFrom } from '../events/replay.ts';
import { buildOrders, ordersMigrations } from '../orders.ts';
import { fakeWorld } from './fake-world.ts';
import { address } from './samples.ts';

export async function openShop(options: { paymentRetryMs?: number; replay?: ReplayFrom } = {}) {
  const db = await testDatabase([ordersMigrations]);
  const clock = { now: () => new Date() };
  const world = fakeWorld(clock);
  const products = new Map<string, CatalogProduct>();
  const orders = buildOrders({
    db,
    ...world,
    clock,
    catalog: { products: async (ids) => ids.flatMap((id) => products.get(id) ?? []) },
    runSagas: (sagas) => startSagaRunner({ db, sagas, instance: 'test', log: pino({ level: 'silent' }), pollMs: 50 }),
    replay: options.replay ?? (async () => 0),
    paymentRetryMs: options.paymentRetryMs ?? 300_000,
    backorderRetryMs: 600_000,
    budgetMs: 600_000,
  });
  // The use cases read `world` through its fields, so a test changes the world while they run.
  const served = await serve(orders.routes, ordersErrors);

  return {
    db,
    world,
    orders,
    products,
    served,
    stocked(product: Partial<CatalogProduct> & { stock?: number } = {}): string {
      const id = newId();
      const price = { units: '10', nanos: 500_000_000, currency: 'EUR' };
      const known = { id, title: 'Trail tent', price, weightGrams: 900, backorderable: false, published: true };
      products.set(id, { ...known, ...product, id });
      world.stock.set(id, product.stock ?? 100);
      return id;
    },
    /** A client of a shopper, who comes through the gateway. */
    async shopper(id = newId()) {
      return { id, client: await served.client(OrdersService, { service: 'gateway', user: { id } }) };
    },
    operator: async () => ({
      shop: await served.client(OrdersService, { service: 'gateway', user: { id: newId(), roles: ['OPERATOR'] } }),
      operations: await served.client(OrdersOperationsService, {
        service: 'gateway',
        user: { id: newId(), roles: ['OPERATOR'] },
      }),
    }),
    request: (items: { productId: string; quantity: bigint }[], requestId = newId()) => ({
      requestId,
      items,
      shippingAddress: address,
      paymentToken: 'tok_visa',
    }),
    /** An order just taken. */
    async placed(client: OrdersClient, items: { productId: string; quantity: bigint }[]) {
      const { order } = await client.placeOrder(this.request(items));
      if (!order) throw new Error('no order');
      return order;
    },
    async close() {
      await served.stop();
      await orders.runner.stop(1_000);
      orders.stop();
      await db.drop();
    },
  };
}

export type OrdersClient = Client<typeof OrdersService>;
export type Shop = Awaited<ReturnType<typeof openShop>>;

export const line = (productId: string, quantity = 1n) => ({ productId, quantity });

/** The states an order goes through until its checkout is done or it is cancelled. */
export async function statesOf(client: OrdersClient, orderId: string): Promise<OrderState[]> {
  const states: OrderState[] = [];
  for await (const { order } of client.watchOrder({ orderId })) {
    states.push(order?.state ?? OrderState.UNSPECIFIED);
    if (order?.shipmentId || order?.state === OrderState.CANCELLED) break;
  }
  return states;
}

/** Why a call was refused; nothing when it was not. */
export async function refusal(call: Promise<unknown>) {
  return call.then(
    () => undefined,
    (error: unknown) => reasonOf(error),
  );
}
