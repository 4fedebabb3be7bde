/** Shoppers who go on whatever happens behind the gateway, and a count of the calls that failed them. */
import { type Client, ConnectError, createClient } from '@connectrpc/connect';
import { newId } from '#chassis/ids.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { address, type Shop } from './shop.fixture.ts';

/** What is counted are calls that are lost, not how a busy machine delays them while processes start. */
const PATIENCE_MS = 10_000;
/** What is accepted, declined, and accepted after the provider's stumbling. */
const CARDS = ['tok_visa', 'tok_visa', 'tok_mastercard', 'tok_declined', 'tok_flaky', 'tok_duplicate'];

export interface SteadyLoad {
  /** Ids of the orders placed so far. */
  readonly placed: string[];
  /** Calls made so far. */
  calls(): number;
  /** Makes no further call; answers what failed, a line each, once every call has its answer. */
  stop(): Promise<string[]>;
}

/** So many orders each second, and with each a look at an order placed before, at its product and at its stock. Nobody waits for anybody. */
export async function steadyLoad(shop: Shop, ordersPerSecond: number): Promise<SteadyLoad> {
  const { token } = await shop.shopper();
  const productId = await shop.product(100_000);
  const transport = createGrpcTransport({ target: `127.0.0.1:${shop.gatewayPort}` });
  const orders = createClient(OrdersService, transport);
  const catalog = createClient(CatalogService, transport);
  const inventory = createClient(InventoryService, transport);
  const signedIn = { headers: { authorization: `Bearer ${token}` }, timeoutMs: PATIENCE_MS };
  const placed: string[] = [];
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let calls = 0;

  function call(name: string, make: () => Promise<void>): void {
    calls += 1;
    const at = new Date();
    const answered = make()
      .catch((error: unknown) => {
        failures.push(`${at.toISOString()} ${name}: ${ConnectError.from(error).message}`);
      })
      .finally(() => open.delete(answered));
    open.add(answered);
  }

  const place = async (client: Client<typeof OrdersService>, paymentToken: string) => {
    const items = [{ productId, quantity: 1n }];
    const request = { requestId: newId(), items, shippingAddress: address, paymentToken };
    const { order } = await client.placeOrder(request, signedIn);
    placed.push(order?.id ?? '');
  };

  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    call('PlaceOrder', () => place(orders, CARDS[turn % CARDS.length] ?? 'tok_visa'));
    const orderId = placed[Math.floor(placed.length / 2)];
    if (orderId) call('GetOrder', async () => void (await orders.getOrder({ orderId }, signedIn)));
    call('GetProduct', async () => void (await catalog.getProduct({ productId }, { timeoutMs: PATIENCE_MS })));
    call(
      'GetAvailability',
      async () => void (await inventory.getAvailability({ productIds: [productId] }, { timeoutMs: PATIENCE_MS })),
    );
  }, 1_000 / ordersPerSecond);

  return {
    placed,
    calls: () => calls,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      transport.close();
      return failures;
    },
  };
}
