import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Call } from '#chassis/rpc/call.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { startMesh } from './mesh.fixture.ts';

const [userId, orderId, kettle, cup] = [newId(), newId(), newId(), newId()];
const PART_TIMEOUT_MS = 300;
let mesh: Awaited<ReturnType<typeof startMesh>>;
/** What each source does; a test replaces the one it is about. */
let answers: Record<'order' | 'users' | 'products' | 'shipment' | 'payment', (call: Call) => Promise<object>>;

beforeEach(async () => {
  answers = {
    order: async () => ({
      order: { id: orderId, userId, items: [{ productId: kettle }, { productId: cup }, { productId: kettle }] },
    }),
    users: async () => ({ users: [{ id: userId, displayName: 'Ada' }] }),
    products: async () => ({ products: [{ id: kettle }, { id: cup }] }),
    shipment: async () => ({ shipment: { id: 's1' } }),
    payment: async () => ({ payment: { id: 'p1' } }),
  };
  mesh = await startMesh(
    [
      [OrdersService, { getOrder: (_: unknown, call: Call) => answers.order(call) }],
      [IdentityService, { batchGetUsers: (_: unknown, call: Call) => answers.users(call) }],
      [CatalogService, { batchGetProducts: (_: unknown, call: Call) => answers.products(call) }],
      [ShippingService, { getShipment: (_: unknown, call: Call) => answers.shipment(call) }],
      [PaymentsService, { getPayment: (_: unknown, call: Call) => answers.payment(call) }],
    ],
    { partTimeoutMs: PART_TIMEOUT_MS },
  );
  // The first page of all pays for what later ones find ready.
  await eventually(async () => expect((await page())?.missingParts).toEqual([]));
});
afterEach(() => mesh.stop());

async function page() {
  const client = createClient(GatewayService, createConnectTransport({ baseUrl: mesh.url, httpVersion: '1.1' }));
  const headers = { authorization: `Bearer ${await mesh.userToken(userId)}` };
  return (await client.getOrderPage({ orderId }, { headers })).page;
}

function never(call: Call): Promise<never> {
  return new Promise((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)));
}

test('the page holds order, customer, products, shipment and payment', async () => {
  expect(await page()).toMatchObject({
    order: { id: orderId },
    customer: { displayName: 'Ada' },
    products: [{ id: kettle }, { id: cup }],
    shipment: { id: 's1' },
    payment: { id: 'p1' },
    missingParts: [],
  });
});

test('a part that fails is named with the reason, and the rest is shown', async () => {
  answers.users = async () => {
    throw new ConnectError('broken', Code.Internal);
  };
  const shown = await page();
  expect(shown?.missingParts).toMatchObject([{ part: 'customer', reason: 'INTERNAL' }]);
  expect(shown).toMatchObject({
    order: { id: orderId },
    products: [{ id: kettle }, { id: cup }],
    payment: { id: 'p1' },
  });
  expect(shown?.customer).toBeUndefined();
});

test('a part that is late is left out once its time is up, well within the deadline of the page', async () => {
  answers.shipment = never;
  const begin = performance.now();
  const shown = await page();
  expect(performance.now() - begin).toBeLessThan(PART_TIMEOUT_MS * 4);
  expect(shown?.missingParts).toMatchObject([{ part: 'shipment', reason: 'DEADLINE_EXCEEDED' }]);
  expect(shown?.payment?.id).toBe('p1');
});

test('a shipment or payment that does not exist yet is not missing', async () => {
  const notYet = async () => {
    throw new ConnectError('none yet', Code.NotFound);
  };
  answers.shipment = notYet;
  answers.payment = notYet;
  const shown = await page();
  expect([shown?.shipment, shown?.payment, shown?.missingParts]).toEqual([undefined, undefined, []]);
});

test('there is no page without the order, whatever else could be shown', async () => {
  answers.order = async () => {
    throw new ConnectError('not yours', Code.PermissionDenied);
  };
  await expect(page()).rejects.toMatchObject({ code: Code.PermissionDenied });
});

test('the parts are asked for side by side', async () => {
  let waiting = 0;
  const together = Promise.withResolvers<void>();
  const meet = (rest: (call: Call) => Promise<object>) => async (call: Call) => {
    if (++waiting === 3) together.resolve();
    await together.promise;
    return rest(call);
  };
  answers.order = meet(answers.order);
  answers.shipment = meet(answers.shipment);
  answers.payment = meet(answers.payment);
  expect((await page())?.missingParts).toEqual([]);
});
