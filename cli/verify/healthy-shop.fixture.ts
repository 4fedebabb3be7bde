/** A small shop in which everything went as it should: the services' own stores, sagas, consumers and mails on real servers. Then it stands still, to be broken. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transaction } from '#chassis/db/transaction.ts';
import { startConsumer } from '#chassis/events/consumer.ts';
import { connectNats } from '#chassis/events/nats-broker.ts';
import type { Consumer } from '#chassis/events/subscription.ts';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import { startMailSink } from '#chassis/local/mail-sink.ts';
import { startRelay } from '#chassis/outbox/relay.ts';
import { startSagaRunner } from '#chassis/saga/runner.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats } from '#chassis/testing/nats.ts';
import { testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { serve } from '#chassis/testing/serve.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { inventoryMigrations } from '../../services/inventory/inventory.ts';
import { smtpMailer } from '../../services/notifications/mailer.ts';
import { buildNotifications, notificationsMigrations } from '../../services/notifications/notifications.ts';
import { addressBook } from '../../services/notifications/store/address-book.ts';
import { ordersErrors } from '../../services/orders/errors.ts';
import { buildOrders, ordersMigrations } from '../../services/orders/orders.ts';
import { address } from '../../services/orders/testing/samples.ts';
import { paymentsMigrations } from '../../services/payments/payments.ts';
import { shippingMigrations } from '../../services/shipping/shipping.ts';
import { copyOf } from './database-copy.fixture.ts';
import { neighbours } from './neighbours.fixture.ts';
import { waitUntilQuiet } from './quiet.ts';

const migrations = {
  orders: ordersMigrations,
  inventory: inventoryMigrations,
  payments: paymentsMigrations,
  shipping: shippingMigrations,
  notifications: notificationsMigrations,
};
type Service = keyof typeof migrations;
const services = Object.keys(migrations) as Service[];

export interface ShopRecord {
  databases: Record<string, string>;
  natsUrl: string;
  mailUrl: string;
}

/** What a test does to the shop's databases. */
export type Damage = Partial<Record<Service, (sql: Transaction) => Promise<unknown>>>;

export async function healthyShop() {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-verify-'));
  const nats = await startNats();
  const [smtpPort, httpPort] = [await freePort(), await freePort()];
  const mailFolder = join(folder, 'mails');
  const sink = await startMailSink({ directory: mailFolder, smtpPort, httpPort });
  const databases = await Promise.all(
    services.map(async (service) => ({ service, db: await testDatabase([migrations[service]]) })),
  );
  const db = Object.fromEntries(databases.map((each) => [each.service, each.db])) as Record<
    Service,
    (typeof databases)[number]['db']
  >;
  const record: ShopRecord = {
    databases: Object.fromEntries(databases.map(({ service, db: { url } }) => [service, url])),
    natsUrl: nats.url,
    mailUrl: `http://127.0.0.1:${httpPort}`,
  };

  const broker = await connectNats({ url: nats.url, service: 'test', log });
  const { products, stocked, carrier, ...ports } = neighbours(db);
  const orders = buildOrders({
    db: db.orders,
    ...ports,
    catalog: { products: async (ids) => ids.flatMap((id) => products.get(id) ?? []) },
    runSagas: (sagas) => startSagaRunner({ db: db.orders, sagas, instance: 'test', log, pollMs: 50 }),
    replay: async () => 0,
    paymentRetryMs: 300_000,
    backorderRetryMs: 600_000,
    budgetMs: 600_000,
  });
  const mailer = smtpMailer({ url: `smtp://127.0.0.1:${smtpPort}`, from: 'shop@tradewind.example' });
  const mails = buildNotifications({
    db: db.notifications,
    ...{ mailer, log, maxAttempts: 5, pauseSeconds: 1, leaseSeconds: 30 },
  });
  const consuming = (service: Service, consumers: readonly Consumer[]) =>
    consumers.map((consumer) => startConsumer({ broker, service, consumer, log }));
  const running = [
    ...databases.map((each) => startRelay({ ...each, broker, log })),
    ...(await Promise.all([...consuming('orders', orders.consumers), ...consuming('notifications', mails.consumers)])),
    ...(await Promise.all(mails.background.map(({ start }) => start()))),
  ];
  const served = await serve(orders.routes, ordersErrors);

  const userId = newId();
  await addressBook(db.notifications).record({ userId, email: 'ada@example.com', displayName: 'Ada', version: 1n });
  const client = await served.client(OrdersService, { service: 'gateway', user: { id: userId } });
  const place = async (paymentToken: string, until: OrderState, ...productIds: string[]) => {
    const items = productIds.map((productId) => ({ productId, quantity: 2n }));
    const { order } = await client.placeOrder({
      requestId: newId(),
      items,
      shippingAddress: address,
      paymentToken,
    });
    const orderId = order?.id ?? '';
    await reaches(orderId, until);
    return orderId;
  };
  const reaches = (orderId: string, state: OrderState) =>
    eventually(async () => {
      const { order } = await client.getOrder({ orderId });
      if (order?.state !== state) throw new Error(`order ${orderId} is ${order?.state}, not ${state}`);
    });

  const [tent, lamp] = [await stocked(100), await stocked(100)];
  const ids = { delivered: await place('tok_visa', OrderState.CONFIRMED, tent, lamp), tent, lamp };
  await eventually(async () =>
    (await carrier.dispatchDue(0, 10)) > 0 ? undefined : Promise.reject(new Error('no parcel')),
  );
  await carrier.deliverDue(0, 10);
  await reaches(ids.delivered, OrderState.DELIVERED);
  const shipped = await place('tok_visa', OrderState.CONFIRMED, lamp);
  await eventually(async () =>
    (await carrier.dispatchDue(0, 10)) > 0 ? undefined : Promise.reject(new Error('no parcel')),
  );
  await reaches(shipped, OrderState.SHIPPED);
  const confirmed = await place('tok_visa', OrderState.CONFIRMED, tent);
  const declined = await place('tok_declined', OrderState.CANCELLED, tent);
  await place('tok_visa', OrderState.CANCELLED, await stocked(0));
  const backordered = await place('tok_visa', OrderState.BACKORDERED, await stocked(1, true));
  await place('tok_error', OrderState.STOCK_RESERVED, lamp);
  const refunded = await place('tok_visa', OrderState.CONFIRMED, tent);
  await client.cancelOrder({ orderId: refunded });
  await reaches(refunded, OrderState.CANCELLED);
  await waitUntilQuiet(record, 20);

  await orders.runner.stop();
  orders.stop();
  for (const each of running) await each.stop();
  await served.stop();
  await broker.close();
  await Promise.all(databases.map((each) => each.db.close()));

  return {
    record,
    mailFolder,
    smtpUrl: `smtp://127.0.0.1:${smtpPort}`,
    orders: { ...ids, shipped, confirmed, declined, backordered, refunded },
    /** Runs `look` on copies of the databases that were damaged. */
    async damaged<T>(damage: Damage, look: (record: ShopRecord) => Promise<T>): Promise<T> {
      const copies = await Promise.all(
        services
          .filter((service) => damage[service])
          .map(async (service) => ({ service, copy: await copyOf(record.databases[service] ?? '') })),
      );
      try {
        for (const { service, copy } of copies) await copy.change((sql) => damage[service]?.(sql) ?? Promise.resolve());
        const changed = Object.fromEntries(copies.map(({ service, copy }) => [service, copy.url]));
        return await look({ ...record, databases: { ...record.databases, ...changed } });
      } finally {
        for (const { copy } of copies) await copy.drop();
      }
    },
    async close() {
      await Promise.all(databases.map((each) => each.db.drop()));
      await sink.stop();
      await nats.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type HealthyShop = Awaited<ReturnType<typeof healthyShop>>;
