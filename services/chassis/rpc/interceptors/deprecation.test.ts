import { type CallOptions, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { OrdersService as OrdersServiceV2 } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { registry } from '../../metrics.ts';
import { type As, type Served, serve } from '../../testing/serve.ts';
import type { Call } from '../call.ts';
import { rpcsOf } from '../rpcs.ts';
import { deprecation } from './deprecation.ts';

const user = { id: '0198c5a0-0000-7000-8000-000000000001' };
const orderId = '0198c5a0-0000-7000-8000-000000000002';

const impl = {
  getCart: async () => ({ cart: {} }),
  async *watchOrder(_: unknown, call: Call) {
    yield { order: { id: call.rpc.name } };
  },
  getOrder: async () => {
    throw new Error('broken');
  },
};
const complete = (service: typeof OrdersService | typeof OrdersServiceV2) => ({
  service,
  impl: { ...Object.fromEntries(service.methods.map(({ localName }) => [localName, impl.getCart])), ...impl },
});

let served: Served;
beforeAll(async () => {
  served = await serve([complete(OrdersService), complete(OrdersServiceV2)], { domain: 'test', rules: {} });
});
afterAll(() => served.stop());

const gateway: As = { service: 'gateway', user };

/** The announcement among the headers that a call is answered with. */
async function announced(call: (options: CallOptions) => Promise<unknown>) {
  let headers = new Headers();
  const outcome = call({ onHeader: (header) => (headers = new Headers(header)) });
  const failure = await outcome.then(
    () => undefined,
    (error: unknown) => ConnectError.from(error),
  );
  const all = failure ? failure.metadata : headers;
  return { failed: failure !== undefined, ...pick(all) };
}

const pick = (headers: Headers) => ({
  deprecation: headers.get('deprecation'),
  sunset: headers.get('sunset'),
  link: headers.get('link'),
});

const leaving = (rpc: string) => ({
  deprecation: `@${Date.UTC(2026, 11, 1) / 1000}`,
  sunset: 'Thu, 01 Jul 2027 00:00:00 GMT',
  link: `</tradewind.orders.v2.OrdersService/${rpc}>; rel="successor-version"`,
});
const staying = { deprecation: null, sunset: null, link: null };

async function countOf(rpc: string, caller: string, agent: string): Promise<number> {
  const metric = await registry.getSingleMetric('tradewind_deprecated_calls_total')?.get();
  const name = `tradewind.orders.v1.OrdersService/${rpc}`;
  const found = metric?.values.find(
    ({ labels }) => labels.rpc === name && labels.caller === caller && labels.agent === agent,
  );
  return found?.value ?? 0;
}

test.each(['client', 'httpClient'] as const)('answers of a deprecated service say so, by the %s', async (face) => {
  const client = await served[face](OrdersService, gateway);
  expect(await announced((options) => client.getCart({}, options))).toEqual({ failed: false, ...leaving('GetCart') });
  const watched = await announced(async (options) => {
    for await (const _ of client.watchOrder({ orderId }, options));
  });
  expect(watched).toEqual({ failed: false, ...leaving('WatchOrder') });
});

test.each(['client', 'httpClient'] as const)('refusals of a deprecated service say so too, by the %s', async (face) => {
  const client = await served[face](OrdersService, gateway);
  const failed = await announced((options) => client.getOrder({ orderId }, options));
  expect(failed).toEqual({ failed: true, ...leaving('GetOrder') });
});

test.each(['client', 'httpClient'] as const)('answers of a service that stays say nothing, by the %s', async (face) => {
  const client = await served[face](OrdersServiceV2, gateway);
  expect(await announced((options) => client.getCart({}, options))).toEqual({ failed: false, ...staying });
});

test('calls are counted by the service that makes them, and by kind of client', async () => {
  const grpc = await served.client(OrdersService, gateway);
  const http = await served.httpClient(OrdersService, gateway);
  const [overGrpc, overHttp] = [
    await countOf('GetCart', 'gateway', 'grpc'),
    await countOf('GetCart', 'gateway', 'connect'),
  ];
  await grpc.getCart({});
  await http.getCart({});
  await http.getCart({});
  expect(await countOf('GetCart', 'gateway', 'grpc')).toBe(overGrpc + 1);
  expect(await countOf('GetCart', 'gateway', 'connect')).toBe(overHttp + 2);
});

test('whatever an outsider calls itself, it counts as one of a few kinds', async () => {
  const call = (agent: string) =>
    fetch(`http://127.0.0.1:${served.httpPort}/tradewind.orders.v1.OrdersService/GetCart`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': agent },
      body: '{}',
    });
  const kinds = [
    ['browser', 'Mozilla/5.0 (X11; Linux x86_64)'],
    ['curl', 'curl/8.5.0'],
    ['other', 'my-shop-42'],
    ['other', 'my-shop-43'],
  ] as const;
  for (const [kind, agent] of kinds) {
    const before = await countOf('GetCart', 'external', kind);
    expect((await call(agent)).status).toBe(401);
    expect(await countOf('GetCart', 'external', kind)).toBe(before + 1);
  }
});

test('an RPC of a service that stays has nothing added to its chain', () => {
  const next = async () => {
    throw new Error('not called');
  };
  const [leaves, stays] = [OrdersService, OrdersServiceV2].map((service) =>
    rpcsOf(service).filter((rpc) => deprecation(rpc)(next) === next),
  );
  expect([leaves?.length, stays?.length]).toEqual([0, OrdersServiceV2.methods.length]);
});
