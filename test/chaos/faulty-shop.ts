/** A shop on a mesh that faults are tried out on: something to sell, somebody who buys, and a look at what it does to the mesh. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import type { MeshRecord } from '#chassis/local/mesh-file.ts';
import { PortPlan } from '#chassis/local/ports.ts';
import { startMesh } from '#chassis/local/supervisor.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { type Notification, NotificationKind } from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import type { Order } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { patience } from '../../cli/demo/patience.ts';
import { registerShoppers } from '../../cli/demo/shoppers.ts';
import { type MeshClient, meshClient } from '../../cli/mesh-client.ts';
import { type BreakableWay, breakableWay } from './breakable-way.ts';
import { wrongClock } from './chaos-mesh.ts';
import { sampled } from './samples.ts';

export interface FaultyShop {
  record: MeshRecord;
  directory: string;
  /** From inventory to its database. */
  wayToDatabase: BreakableWay;
  guest: MeshClient;
  operator: MeshClient;
  shopper: MeshClient;
  productId: string;
  /** Every order so far. */
  orders: readonly string[];
  /** The last of them. */
  latest(): string;
  /** Places an order of one piece; answers its id. */
  order(): Promise<string>;
  /** Waits until an order is as it must be. */
  until(orderId: string, isThere: (order: Order) => boolean, withinMs?: number): Promise<void>;
  /** The mails that its shopper got because an order is certain. */
  mails(orderId: string): Promise<Notification[]>;
  /** What a service's metric says. */
  sample(service: string, metric: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** The HTTP status a service answers to the question whether it is ready. */
  readiness(service: string): Promise<number>;
  close(): Promise<void>;
}

const WITHIN_MS = 20_000;
/** Of the clock of notifications; tokens are taken from clocks that are half a minute apart. */
const WRONG_MS = 12_000;

export async function openFaultyShop(): Promise<FaultyShop> {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-faults-'));
  let way: BreakableWay | undefined;
  const mesh = await startMesh({
    directory,
    gatewayPort: await new PortPlan(await freePort()).take(),
    // Of all proofs: a clock is wrong from the start of its process.
    envOf: (service) => (service === 'notifications' ? wrongClock(WRONG_MS) : {}),
    env: { LOG_LEVEL: 'warn', DRAIN_SECONDS: '2', FAULTS_ALLOWED: '1', PAYMENT_RETRY_SECONDS: '3' },
    async reroute(places) {
      const url = new URL(places.databases.inventory ?? '');
      way = await breakableWay(Number(url.port));
      url.port = String(way.port);
      return { ...places, databases: { ...places.databases, inventory: url.toString() } };
    },
    say: () => undefined,
  });
  const { record } = mesh;
  const { gatewayUrl } = record;
  assert.ok(way);
  const wayToDatabase = way;
  const guest = meshClient(gatewayUrl);
  const operator = await guest.signedIn(record.operator);
  const productId = await stockedProduct(operator);
  const [shopper] = await registerShoppers(gatewayUrl, 1, 1, patience());
  assert.ok(shopper);
  const client = shopper.mesh.of(OrdersService);
  const orders: string[] = [];
  const instances = (service: string) => record.services[service] ?? [];
  return {
    record,
    directory,
    wayToDatabase,
    guest,
    operator,
    shopper: shopper.mesh,
    productId,
    orders,
    latest: () => orders.at(-1) ?? assert.fail('there is no order yet'),
    async order() {
      const { order } = await client.placeOrder({
        requestId: newId(),
        items: [{ productId, quantity: 1n }],
        shippingAddress: shopper.address,
        paymentToken: 'tok_visa',
      });
      assert.ok(order);
      orders.push(order.id);
      return order.id;
    },
    async until(orderId, isThere, withinMs = WITHIN_MS) {
      await eventually(
        async () => {
          const { order } = await client.getOrder({ orderId });
          assert.ok(order && isThere(order), `the order is not as it must be: ${JSON.stringify(order, plain)}`);
        },
        { timeoutMs: withinMs },
      );
    },
    async mails(orderId) {
      const { notifications } = await shopper.mesh.of(NotificationsService).listNotifications({});
      const { ORDER_CONFIRMED } = NotificationKind;
      return notifications.filter((mail) => mail.orderId === orderId && mail.kind === ORDER_CONFIRMED);
    },
    sample: (service, metric, labels = {}) => sampled(instances(service), metric, labels),
    async readiness(service) {
      return (await fetch(`http://127.0.0.1:${instances(service)[0]?.httpPort}/health/ready`)).status;
    },
    async close() {
      await mesh.stop();
      await wayToDatabase.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function stockedProduct(operator: MeshClient): Promise<string> {
  const { product } = await operator.of(CatalogService).upsertProduct({
    requestId: newId(),
    product: { sku: 'TENT-1', title: 'Trekking tent', price: { currencyCode: 'EUR', units: 199n } },
  });
  assert.ok(product);
  const stock = { requestId: newId(), productId: product.id, warehouse: 'main', delta: 100n };
  await operator.of(InventoryService).adjustStock(stock);
  return product.id;
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
