/** The services of the checkout, each on its own database and behind its own sockets, in one process: what happens between them is what happens in production. */
import { vi } from 'vitest';
import { connectNats } from '#chassis/events/nats-broker.ts';
import { newId } from '#chassis/ids.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { startSagaRunner } from '#chassis/saga/runner.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { serve } from '#chassis/testing/serve.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { inventoryErrors } from '../../services/inventory/errors.ts';
import { stockEvents } from '../../services/inventory/events/publish.ts';
import { inventoryMigrations } from '../../services/inventory/inventory.ts';
import { inventoryRpc } from '../../services/inventory/rpc/inventory-rpc.ts';
import { stockStore } from '../../services/inventory/store/stock-store.ts';
import type { CatalogProduct, Inventory, Payments, Shipping } from '../../services/orders/app/ports.ts';
import { inventoryClient } from '../../services/orders/clients/inventory.ts';
import { paymentsClient } from '../../services/orders/clients/payments.ts';
import { shippingClient } from '../../services/orders/clients/shipping.ts';
import { ordersErrors } from '../../services/orders/errors.ts';
import { buildOrders, ordersMigrations } from '../../services/orders/orders.ts';
import { address } from '../../services/orders/testing/samples.ts';
import type { PaymentProvider } from '../../services/payments/app/ports.ts';
import { paymentsErrors } from '../../services/payments/errors.ts';
import { buildPayments, paymentsMigrations } from '../../services/payments/payments.ts';
import { paymentsRpc } from '../../services/payments/rpc/payments-rpc.ts';
import { sandboxLedger } from '../../services/payments/sandbox/ledger.ts';
import { sandboxProvider } from '../../services/payments/sandbox/sandbox-provider.ts';
import { shippingErrors } from '../../services/shipping/errors.ts';
import { shippingRpc } from '../../services/shipping/rpc/shipping-rpc.ts';
import { buildShipping, shippingMigrations } from '../../services/shipping/shipping.ts';

type StateName = keyof typeof OrderState;
const names = new Map<number, StateName>(Object.entries(OrderState).map(([name, state]) => [state, name as StateName]));
const named = (state: OrderState | undefined): StateName => names.get(state ?? OrderState.UNSPECIFIED) ?? 'UNSPECIFIED';

/** A busy machine is no dependency that fails: calls and waits here last longer than the contract's, so that only what is wrong ends them. */
const PATIENCE_MS = 50_000;
const WAITING = { timeoutMs: PATIENCE_MS };
// Longer than any one wait, which tells by itself what it waited for.
vi.setConfig({ testTimeout: 60_000 });

/** A client whose calls have that much time. */
function patient<C extends object>(client: C): C {
  return new Proxy(client, {
    get(target, name) {
      const rpc: unknown = Reflect.get(target, name);
      if (typeof rpc !== 'function') return rpc;
      return (request: unknown, options: object = {}) => rpc(request, { timeoutMs: PATIENCE_MS, ...options });
    },
  });
}

export interface Neighbours {
  inventory: Inventory;
  payments: Payments;
  shipping: Shipping;
}

export interface MeshOptions {
  /** Puts itself between payments and its provider. */
  provider?(sandbox: PaymentProvider): PaymentProvider;
  /** Puts itself between orders and a service it calls. */
  neighbours?(real: Neighbours): Partial<Neighbours>;
}

export async function openMesh({ provider = (same) => same, neighbours = () => ({}) }: MeshOptions = {}) {
  const [orders, inventory, payments, shipping] = await Promise.all(
    [ordersMigrations, inventoryMigrations, paymentsMigrations, shippingMigrations].map((each) => testDatabase([each])),
  );
  if (!orders || !inventory || !payments || !shipping) throw new Error('a database is missing');
  const stock = stockStore(inventory, stockEvents);
  const money = buildPayments(payments, provider(sandboxProvider(sandboxLedger(payments), { slowMs: 0 })), 60);
  const served = {
    inventory: await serve([implement(InventoryService, inventoryRpc(stock, 900))], inventoryErrors),
    payments: await serve([implement(PaymentsService, paymentsRpc(money))], paymentsErrors),
    shipping: await serve([implement(ShippingService, shippingRpc(buildShipping(shipping)))], shippingErrors),
  };
  const as = { service: 'orders' };
  const real: Neighbours = {
    inventory: inventoryClient(patient(await served.inventory.client(InventoryService, as))),
    payments: paymentsClient(patient(await served.payments.client(PaymentsService, as))),
    shipping: shippingClient(patient(await served.shipping.client(ShippingService, as))),
  };
  const products = new Map<string, CatalogProduct>();
  const shop = buildOrders({
    ...{ db: orders, ...real, ...neighbours(real) },
    catalog: { products: async (ids) => ids.flatMap((id) => products.get(id) ?? []) },
    runSagas: (sagas) => startSagaRunner({ db: orders, sagas, instance: 'test', log, pollMs: 50 }),
    replay: async () => 0,
    ...{ paymentRetryMs: 300_000, backorderRetryMs: 600_000, budgetMs: 600_000 },
  });
  const front = await serve(shop.routes, ordersErrors);

  return {
    db: { orders, inventory, payments, shipping },
    shop,
    /** A client of inventory, for calls past orders. */
    inventory: async () => patient(await served.inventory.client(InventoryService, as)),
    money,
    /** What orders calls, without what a test put between. */
    neighbours: real,
    /** A new product with so many pieces on hand. */
    async stocked(pieces: number): Promise<string> {
      const id = newId();
      const price = { units: '10', nanos: 500_000_000, currency: 'EUR' };
      products.set(id, { id, title: 'Trail tent', price, weightGrams: 900, backorderable: false, published: true });
      const receipt = { requestId: newId(), requestHash: Buffer.from(id), productId: id, warehouse: 'main' };
      await stock.adjust({ ...receipt, delta: BigInt(pieces), lowThreshold: undefined });
      return id;
    },
    async shopper() {
      const client = patient(await front.client(OrdersService, { service: 'gateway', user: { id: newId() } }));
      return {
        async place(productId: string, paymentToken = 'tok_visa') {
          const items = [{ productId, quantity: 1n }];
          const { order } = await client.placeOrder({
            requestId: newId(),
            items,
            shippingAddress: address,
            paymentToken,
          });
          if (!order) throw new Error('no order');
          return order;
        },
        cancel: (orderId: string) => client.cancelOrder({ orderId }),
        stateOf: async (orderId: string) => named((await client.getOrder({ orderId })).order?.state),
        reaches: (orderId: string, ...states: StateName[]) =>
          eventually(async () => {
            const state = named((await client.getOrder({ orderId })).order?.state);
            if (!states.includes(state)) throw new Error(`order ${orderId} is ${state}`);
            return state;
          }, WAITING),
      };
    },
    /** What the provider knows of an order. */
    charges: (orderId: string) => payments.sql<{ state: string; captured: string; refunded: string }[]>`
      select charge.state, charge.captured, charge.refunded
      from sandbox.charge join payment on provider_key = key where order_id = ${orderId}`,
    /** The short names of what orders told of an order. */
    async told(orderId: string) {
      const rows = await orders.sql<{ type: string }[]>`
        select substring(subject from '[^.]+$') as type from outbox where aggregate_id = ${orderId} order by seq`;
      return rows.map(({ type }) => type);
    },
    async pieces(productId: string) {
      const [row] = await inventory.sql<{ free: number; reserved: number; sold: number }[]>`
        select on_hand::int as free, reserved::int, sold::int from stock where product_id = ${productId}`;
      return row;
    },
    /** The order's checkout has come to its end. */
    settles: (orderId: string, status: string) =>
      eventually(async () => {
        const row = await shop.runner.findOf('checkout', orderId);
        if (row?.status !== status) throw new Error(`checkout ${row?.status} at step ${row?.step}: ${row?.problem}`);
        return row;
      }, WAITING),
    async close() {
      await front.stop();
      await shop.runner.stop(1_000);
      shop.stop();
      for (const each of Object.values(served)) await each.stop();
      for (const each of [orders, inventory, payments, shipping]) await each.drop();
    },
  };
}

export type Mesh = Awaited<ReturnType<typeof openMesh>>;

/** A connection of a test to its broker. */
export const brokerAt = (url: string) => connectNats({ url, service: 'test', log });
