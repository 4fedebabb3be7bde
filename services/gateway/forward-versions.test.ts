import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { registry } from '#chassis/metrics.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { OrdersService as OrdersServiceV2 } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { startMesh } from './mesh.fixture.ts';

const productId = newId();
let mesh: Awaited<ReturnType<typeof startMesh>>;
let authorization: string;
beforeAll(async () => {
  mesh = await startMesh([
    [OrdersService, { getCart: async () => ({ cart: { items: [{ productId, quantity: 1n }] } }) }],
    [
      OrdersServiceV2,
      {
        getCart: async () => ({ cart: { lines: [{ productId, quantity: 1n }] } }),
        async *watchOrder() {
          yield { order: { customer: { name: 'Ada' } } };
        },
      },
    ],
  ]);
  authorization = `Bearer ${await mesh.userToken(newId())}`;
});
afterAll(() => mesh.stop());

async function getCart(service: string) {
  const response = await fetch(`${mesh.url}/${service}/GetCart`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.5.0', authorization },
    body: '{}',
  });
  const { headers } = response;
  return {
    body: await response.json(),
    told: [headers.get('deprecation'), headers.get('sunset'), headers.get('link')],
  };
}

test('two versions are reached side by side, and only the older tells that it goes and where to', async () => {
  expect(await getCart(OrdersService.typeName)).toEqual({
    body: { cart: { items: [{ productId, quantity: '1' }] } },
    told: [
      '@1796083200',
      'Thu, 01 Jul 2027 00:00:00 GMT',
      '</tradewind.orders.v2.OrdersService/GetCart>; rel="successor-version"',
    ],
  });
  expect(await getCart(OrdersServiceV2.typeName)).toEqual({
    body: { cart: { lines: [{ productId, quantity: '1' }] } },
    told: [null, null, null],
  });
});

test('streams of the newer version pass, by gRPC', async () => {
  const client = createClient(OrdersServiceV2, createGrpcTransport({ baseUrl: mesh.url }));
  const names: (string | undefined)[] = [];
  for await (const { order } of client.watchOrder({ orderId: newId() }, { headers: { authorization } })) {
    names.push(order?.customer?.name);
  }
  expect(names).toEqual(['Ada']);
});

test('who still calls the older version is counted, outsiders by kind of client and the gateway by name', async () => {
  const counted = async () => {
    const metric = await registry.getSingleMetric('tradewind_deprecated_calls_total')?.get();
    const of = (caller: string, agent: string) =>
      metric?.values.find(({ labels }) => labels.caller === caller && labels.agent === agent)?.value ?? 0;
    return [of('external', 'curl'), of('gateway', 'grpc')];
  };
  const [outside = 0, inside = 0] = await counted();
  await getCart(OrdersService.typeName);
  expect(await counted()).toEqual([outside + 1, inside + 1]);
  await getCart(OrdersServiceV2.typeName);
  expect(await counted()).toEqual([outside + 1, inside + 1]);
});
