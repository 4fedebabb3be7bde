import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { type Client, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import type { Replicas } from '#chassis/local/replicas.ts';
import { type LocalMesh, startMesh } from '#chassis/local/supervisor.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import type { Order, OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import type { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';

/** The whole mesh as `npm start` runs it, and what a shop needs to be tried out through its gateway. */
export interface Shop {
  mesh: LocalMesh;
  directory: string;
  gatewayPort: number;
  /** A generated client through the gateway, signed in with `token` or not at all. */
  client<S extends DescService>(service: S, token?: string): Client<S>;
  operatorToken: string;
  /** Registers somebody and signs them in. */
  shopper(): Promise<{ token: string; email: string; userId: string }>;
  /** A new product with so many pieces in stock. */
  product(pieces: number, options?: { backorderable?: boolean }): Promise<string>;
  /** Stops the mesh; its folder stays only when asked. */
  close(options?: { keep: boolean }): Promise<void>;
}

export interface ShopOptions {
  replicas?: Replicas;
  /** Have services speak mutual TLS, with certificates that are good for so many seconds. */
  mtls?: { certificateSeconds: number };
  /** Further environment for every service. */
  env?: Record<string, string>;
  /** The folder and the gateway's port of a shop that was closed and kept. */
  again?: { directory: string; gatewayPort: number };
}

const PASSWORD = 'correct horse battery';

/** What only prepares a test waits longer than the contract has people wait: a service that just started on a busy machine is slow at first. */
const patient = { timeoutMs: 60_000 };

export const address = {
  recipient: 'Ada Lovelace',
  line1: 'Invalidenstr. 117',
  city: 'Berlin',
  postalCode: '10115',
  countryCode: 'DE',
};

const open = new Set<Shop>();

/** Stops every shop that is open: for a run that is cut short, so that no server is left behind. */
export async function closeShops(): Promise<void> {
  await Promise.all([...open].map((shop) => shop.close()));
}

export async function openShop({ replicas = {}, mtls, env = {}, again }: ShopOptions = {}): Promise<Shop> {
  const directory = again?.directory ?? mkdtempSync(join(tmpdir(), 'tradewind-e2e-'));
  const gatewayPort = again?.gatewayPort ?? (await freePort());
  const mesh = await startMesh({
    directory,
    gatewayPort,
    replicas,
    ...(mtls && { mtls: true, ...mtls }),
    env: { SHIPPING_DISPATCH_SECONDS: '1', SHIPPING_DELIVERY_SECONDS: '1', LOG_LEVEL: 'warn', ...env },
    say: () => undefined,
  });
  const client: Shop['client'] = (service, token) =>
    createClient(
      service,
      createConnectTransport({
        baseUrl: mesh.record.gatewayUrl,
        httpVersion: '2',
        interceptors: [
          (next) => (request) => {
            if (token) request.header.set('authorization', `Bearer ${token}`);
            return next(request);
          },
        ],
      }),
    );
  const identity = client(IdentityService);
  const login = async (email: string, password: string) =>
    (await identity.login({ email, password }, patient)).tokens?.accessToken ?? '';
  const { operator } = mesh.record;
  const operatorToken = await login(operator.email, operator.password).catch(async (error: unknown) => {
    await mesh.stop();
    if (!again) rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const shop: Shop = {
    mesh,
    directory,
    gatewayPort,
    client,
    operatorToken,
    async shopper() {
      const email = `${newId()}@shoppers.example`;
      const account = { requestId: newId(), email, password: PASSWORD, displayName: 'Ada' };
      const { user } = await identity.register(account, patient);
      return { email, userId: user?.id ?? '', token: await login(email, PASSWORD) };
    },
    async product(pieces, { backorderable = false } = {}) {
      const tent = {
        sku: newId(),
        title: 'Two-person tent',
        price: { units: 189n, nanos: 900_000_000, currencyCode: 'EUR' },
        backorderable,
      };
      const catalog = client(CatalogService, operatorToken);
      const { product } = await catalog.upsertProduct({ requestId: newId(), product: tent }, patient);
      const productId = product?.id ?? '';
      if (pieces > 0) await stock(productId, pieces);
      return productId;
    },
    async close({ keep } = { keep: false }) {
      open.delete(shop);
      await mesh.stop();
      if (!keep) rmSync(directory, { recursive: true, force: true });
    },
  };
  open.add(shop);
  return shop;

  async function stock(productId: string, pieces: number): Promise<void> {
    const inventory = client(InventoryService, operatorToken);
    const arrived = { requestId: newId(), productId, warehouse: 'main', delta: BigInt(pieces) };
    await inventory.adjustStock(arrived, patient);
  }
}

/** Follows an order until it is in one of `states`; answers it as it then is. */
export async function follow(
  client: Client<typeof OrdersService>,
  orderId: string,
  ...states: OrderState[]
): Promise<Order> {
  const seen: string[] = [];
  const done = new AbortController();
  for await (const { order } of client.watchOrder(
    { orderId },
    { signal: AbortSignal.any([done.signal, AbortSignal.timeout(90_000)]) },
  )) {
    if (!order) continue;
    seen.push(String(order.state));
    if (!states.includes(order.state)) continue;
    done.abort();
    return order;
  }
  throw new Error(`order ${orderId} ended as ${seen.join(', ')}`);
}
