/** The composition root of orders: ties stores, upstreams, use cases, sagas, events and RPCs together. */
import { type Clock, systemClock } from '#chassis/clock.ts';
import { ConfigError } from '#chassis/config.ts';
import type { Database } from '#chassis/db/connect.ts';
import { connectNats } from '#chassis/events/nats-broker.ts';
import type { Consumer } from '#chassis/events/subscription.ts';
import { wakeOutbox } from '#chassis/outbox/append.ts';
import type { Route } from '#chassis/rpc/implementation.ts';
import type { AnySaga } from '#chassis/saga/define.ts';
import type { SagaRunner } from '#chassis/saga/runner.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { cancelOrder } from './app/cancel-order.ts';
import { orderChanges } from './app/change-order.ts';
import { findOrders } from './app/find-order.ts';
import { placeOrder } from './app/place-order.ts';
import type { Catalog, Inventory, Payments, Shipping } from './app/ports.ts';
import { rebuildOrderSummary } from './app/rebuild-order-summary.ts';
import { orderWatch } from './app/watch-order.ts';
import { catalogClient } from './clients/catalog.ts';
import { inventoryClient } from './clients/inventory.ts';
import { paymentsClient } from './clients/payments.ts';
import { shippingClient } from './clients/shipping.ts';
import { ordersConfig } from './config.ts';
import type { Order } from './domain/order.ts';
import { ordersErrors } from './errors.ts';
import { shipmentSubscriptions } from './events/on-shipment.ts';
import { stockConsumer } from './events/on-stock-replenished.ts';
import { orderSummarySubscriptions } from './events/order-summary.ts';
import { announce } from './events/publish.ts';
import { type ReplayFrom, replayStreams } from './events/replay.ts';
import { operationsRpc } from './rpc/operations-rpc.ts';
import { ordersRpc } from './rpc/orders-rpc.ts';
import { ordersRpc as ordersRpcV2 } from './rpc/v2/orders-rpc.ts';
import { type CancellationState, cancellationSaga } from './sagas/cancellation.ts';
import { type CheckoutState, checkoutSaga } from './sagas/checkout.ts';
import { wakeBackordered } from './store/backorders.ts';
import { cartStore } from './store/cart-store.ts';
import { orderStore } from './store/order-store.ts';
import { orderSummaryStore } from './store/order-summary-store.ts';

export const ordersMigrations = new URL('./store/migrations/', import.meta.url);

export interface OrdersDeps {
  db: Database;
  catalog: Catalog;
  inventory: Inventory;
  payments: Payments;
  shipping: Shipping;
  runSagas(sagas: AnySaga[]): SagaRunner;
  replay: ReplayFrom;
  clock?: Clock;
  paymentRetryMs: number;
  backorderRetryMs: number;
  budgetMs: number;
}

export interface Orders {
  routes: Route[];
  consumers: Consumer[];
  runner: SagaRunner;
  stop(): void;
}

/** Orders over any upstreams: production and tests differ only in what they bring. */
export function buildOrders(deps: OrdersDeps): Orders {
  const { db, catalog, inventory, payments, shipping, clock = systemClock } = deps;
  const store = orderStore(db);
  const cart = cartStore(db);
  const summaries = orderSummaryStore(db);
  const watch = orderWatch(store);
  const changed = (orderId: string) => {
    watch.changed(orderId);
    wakeOutbox(db);
  };
  const { change, contents, remember } = orderChanges({ store, announce, changed, clock });

  const sagaDeps = {
    ...{ inventory, payments, shipping, change, clock },
    ...{ paymentRetryMs: deps.paymentRetryMs, backorderRetryMs: deps.backorderRetryMs, budgetMs: deps.budgetMs },
    contents,
    async checkoutMoves(checkoutId: string) {
      const row = await runner.find(checkoutId);
      return row?.status === 'running' || row?.status === 'compensating';
    },
    async resumeCheckout(checkoutId: string) {
      await runner.resume(checkoutId);
    },
  };
  const cancellation = cancellationSaga(sagaDeps);
  const checkout = checkoutSaga({
    ...sagaDeps,
    async checkoutSettled(orderId) {
      // Nearly every order ends its checkout without a wish to cancel it: those are told apart without asking the database.
      const { closing } = await contents(orderId);
      const waiting = closing && (await runner.findOf(cancellation.name, orderId));
      if (waiting) await runner.wake(waiting.id);
    },
  });
  const sagas = [checkout, cancellation];
  const runner: SagaRunner = deps.runSagas(sagas);

  const placed = (order: Order) => {
    remember(order);
    wakeOutbox(db);
  };
  const checkouts = {
    create: (orderId: string, paymentToken: string) =>
      runner.create(checkout, orderId, { orderId, paymentToken } satisfies CheckoutState),
    start: runner.start,
  };
  const cancellations = {
    create: ({ id, checkoutId }: { id: string; checkoutId: string }) =>
      runner.create(cancellation, id, { orderId: id, checkoutId } satisfies CancellationState),
    start: runner.start,
  };
  const summarySubscriptions = orderSummarySubscriptions(summaries);
  const rebuild = rebuildOrderSummary(summaries, () => deps.replay(summarySubscriptions));
  const useCases = {
    place: placeOrder({ store, cart, catalog, shipping, checkouts, announce, placed, clock }),
    cancel: cancelOrder({ store, change, cancellations, checkoutAsked: runner.sweep }),
    find: findOrders(store),
    ...{ cart, summaries, watch },
  };

  return {
    runner,
    stop: watch.stop,
    routes: [
      ordersRpc(useCases),
      ordersRpcV2(useCases),
      operationsRpc({ runner, sagas, projections: { order_summary: rebuild } }),
    ],
    consumers: [
      { name: 'order-summary', subjects: summarySubscriptions },
      { name: 'shipments', subjects: shipmentSubscriptions(change) },
      stockConsumer({ wake: wakeBackordered(db), sweep: runner.sweep }),
    ],
  };
}

export const orders: ServiceDefinition<typeof ordersConfig> = {
  name: 'orders',
  config: ordersConfig,
  migrations: ordersMigrations,
  errors: ordersErrors,
  build(deps) {
    const { config, db, client, clock, log } = deps;
    const url = config.NATS_URL;
    if (!url) throw new ConfigError('Bad configuration: NATS_URL is not set. It must be a nats URL.');
    const built = buildOrders({
      db,
      clock,
      runSagas: (sagas) => deps.runSagas(sagas),
      catalog: catalogClient(client(CatalogService, 'catalog')),
      inventory: inventoryClient(client(InventoryService, 'inventory')),
      payments: paymentsClient(client(PaymentsService, 'payments')),
      shipping: shippingClient(client(ShippingService, 'shipping')),
      replay: replayStreams(() => connectNats({ url, service: 'orders-rebuild', log })),
      paymentRetryMs: config.PAYMENT_RETRY_SECONDS * 1000,
      backorderRetryMs: config.BACKORDER_RETRY_SECONDS * 1000,
      budgetMs: config.CHECKOUT_BUDGET_SECONDS * 1000,
    });
    return {
      routes: built.routes,
      consumers: built.consumers,
      background: [{ name: 'order watch', start: () => ({ stop: built.stop }) }],
    };
  },
};
