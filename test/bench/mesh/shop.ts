/** A shop to load: products with more stock than can be sold, shoppers who are signed in, and two ways to place orders. */
import { createClient } from '@connectrpc/connect';
import { newId } from '#chassis/ids.ts';
import { localCredentials, serviceToken } from '#chassis/local/credentials.ts';
import type { MeshRecord } from '#chassis/local/mesh-file.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';

const PRODUCTS = 200;
const PASSWORD = 'correct horse battery';
const address = {
  recipient: 'Ada Lovelace',
  line1: 'Invalidenstr. 117',
  city: 'Berlin',
  postalCode: '10115',
  countryCode: 'DE',
};

export interface Shopper {
  token: string;
  userId: string;
}

/** `direct` calls orders as the gateway would; `gateway` is the way every shopper goes. */
export type Way = 'direct' | 'gateway';

export interface BenchShop {
  shoppers: Shopper[];
  products: string[];
  /** Orders two products; answers the order's id. */
  place(way: Way, shopper: Shopper): Promise<string>;
  close(): void;
}

export async function openBenchShop(mesh: MeshRecord, directory: string, shopperCount: number): Promise<BenchShop> {
  const gateway = createGrpcTransport({ target: `127.0.0.1:${new URL(mesh.gatewayUrl).port}` });
  const direct = createGrpcTransport({
    target: `127.0.0.1:${mesh.services.orders?.[0]?.grpcPort}`,
    serviceToken: await serviceToken(await localCredentials(directory), 'gateway'),
  });
  const identity = createClient(IdentityService, gateway);
  const login = async (email: string, password: string) =>
    (await identity.login({ email, password })).tokens?.accessToken ?? '';
  const operator = signedIn(await login(mesh.operator.email, mesh.operator.password));
  const products: string[] = [];
  while (products.length < PRODUCTS) products.push(await stockedProduct());
  const shoppers: Shopper[] = [];
  while (shoppers.length < shopperCount) shoppers.push(await register());
  const orders = {
    direct: createClient(OrdersService, direct),
    gateway: createClient(OrdersService, gateway),
  };
  let turn = 0;
  return {
    shoppers,
    products,
    async place(way, { token }) {
      const items = [0, 7].map((step) => ({ productId: products[(turn + step) % PRODUCTS] ?? '', quantity: 1n }));
      turn += 1;
      const request = { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' };
      const { order } = await orders[way].placeOrder(request, signedIn(token));
      return order?.id ?? '';
    },
    close() {
      gateway.close();
      direct.close();
    },
  };

  async function stockedProduct(): Promise<string> {
    const price = { units: 189n, nanos: 900_000_000, currencyCode: 'EUR' };
    const { product } = await createClient(CatalogService, gateway).upsertProduct(
      { requestId: newId(), product: { sku: newId(), title: 'Two-person tent', weightGrams: 2300, price } },
      operator,
    );
    const productId = product?.id ?? '';
    await createClient(InventoryService, gateway).adjustStock(
      { requestId: newId(), productId, warehouse: 'main', delta: 1_000_000n },
      operator,
    );
    return productId;
  }

  async function register(): Promise<Shopper> {
    const email = `${newId()}@shoppers.example`;
    const { user } = await identity.register({ requestId: newId(), email, password: PASSWORD, displayName: 'Ada' });
    return { userId: user?.id ?? '', token: await login(email, PASSWORD) };
  }
}

function signedIn(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}` } };
}
