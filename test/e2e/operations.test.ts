import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { EventHandlingState, type StoryEntry } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { address, follow, openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    replicas: { inventory: 2 },
    env: { OTEL_BSP_SCHEDULE_DELAY: '200', TRACES_PER_SECOND: '100' },
  });
}, 120_000);
afterAll(() => shop.close(), 60_000);

const operations = () => shop.client(OperationsService, shop.operatorToken);

async function order(): Promise<string> {
  const { token } = await shop.shopper();
  const productId = await shop.product(5);
  const orders = shop.client(OrdersService, token);
  const { order: placed } = await orders.placeOrder({
    requestId: newId(),
    items: [{ productId, quantity: 1n }],
    shippingAddress: address,
    paymentToken: 'tok_visa',
  });
  const orderId = placed?.id ?? '';
  await follow(orders, orderId, OrderState.DELIVERED);
  return orderId;
}

test('the story of an order holds what it went through, who heard of it, its mails, and the calls and statements of its trace', async () => {
  const orderId = await order();
  const told = await eventually(
    async () => {
      const { story } = await operations().getOrderStory({ orderId });
      expect(story?.state).toBe('DELIVERED');
      expect(story?.missingParts).toEqual([]);
      const titles = (story?.entries ?? []).map(({ title }) => title);
      expect(titles).toContain('mail order delivered sent');
      return story?.entries ?? [];
    },
    { timeoutMs: 30_000, everyMs: 500 },
  );
  const of = (kind: StoryEntry['detail']['case']) => told.filter(({ detail }) => detail.case === kind);
  expect(of('history').map(({ title }) => title)).toContain('OrderConfirmed');
  expect(of('saga').map(({ title }) => title)).toContain('checkout completed');
  const confirmed = of('event').find(({ title }) => title === 'OrderConfirmed')?.detail;
  expect(confirmed?.case === 'event' && confirmed.value.handlings).toContainEqual(
    expect.objectContaining({ consumer: 'notifications-order-mails', state: EventHandlingState.HANDLED }),
  );
  expect(new Set(of('event').map(({ service }) => service))).toEqual(
    new Set(['orders', 'inventory', 'payments', 'shipping', 'notifications']),
  );
  const spans = of('span').map(({ title }) => title);
  expect(spans).toContain('tradewind.orders.v1.OrdersService/PlaceOrder');
  expect(spans.some((title) => /^(SELECT|INSERT|UPDATE|WITH)\b/i.test(title))).toBe(true);
  const times = told.map(({ time }) => Number(time?.seconds ?? 0n) * 1e9 + (time?.nanos ?? 0));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
}, 120_000);

test('an order that nobody placed has no story', async () => {
  const failure = await operations().getOrderStory({ orderId: newId() }).catch(ConnectError.from);
  expect(failure).toMatchObject({ code: Code.NotFound });
});

describe('the map', () => {
  test('shows both instances of a service, who calls whom, and who hears of whose events', async () => {
    await order();
    const leave = new AbortController();
    const seen: number[] = [];
    for await (const { map } of operations().watchServiceMap({}, { signal: leave.signal })) {
      seen.push(map?.services.find(({ name }) => name === 'inventory')?.instances.length ?? 0);
      const edges = (map?.calls ?? []).map(({ caller, callee }) => `${caller} → ${callee}`);
      const heard = (map?.events ?? []).map(({ producer, consumer }) => `${producer} → ${consumer}`);
      if (seen.at(-1) !== 2 || !edges.includes('orders → payments') || !heard.includes('orders → notifications'))
        continue;
      expect(map?.missingParts).toEqual([]);
      expect(map?.services.filter(({ instances }) => instances.length === 0)).toEqual([]);
      break;
    }
    leave.abort();
    expect(seen.at(-1)).toBe(2);
  }, 60_000);
});

test('traces are found by what they went through, and shown whole', async () => {
  await order();
  const found = await eventually(async () => {
    const { traces, receiving } = await operations().listTraces({
      name: 'OrdersService/PlaceOrder',
      service: 'payments',
    });
    expect(receiving).toBe(true);
    return traces[0] ?? expect.unreachable();
  });
  expect(found).toMatchObject({ service: 'gateway', errors: 0 });
  const { spans } = await operations().getTrace({ traceId: found.traceId });
  expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(found.services));
  const none = { name: 'PlaceOrder', minDurationMs: 3_600_000 };
  expect((await operations().listTraces(none)).traces).toEqual([]);
}, 60_000);

test('each RPC that was called is held against its promise', async () => {
  const rpc = 'tradewind.orders.v1.OrdersService/PlaceOrder';
  await order();
  const level = await eventually(
    async () => {
      const { levels, missingParts } = await operations().getServiceLevels({ service: 'orders' });
      expect(missingParts).toEqual([]);
      return levels.find((each) => each.rpc === rpc) ?? expect.unreachable();
    },
    { timeoutMs: 30_000, everyMs: 500 },
  );
  expect(level).toMatchObject({ errors: 0n, availabilityPercent: 100, burnRate: 0, errorBudgetLeftPercent: 100 });
  expect(level.p95Ms).toBeGreaterThan(0);
}, 60_000);

test('every service with a database has an outbox, and nothing waits in it for long', async () => {
  const { outboxes, missingParts } = await operations().getMessaging({});
  expect(missingParts).toEqual([]);
  expect(outboxes.map(({ service }) => service).sort()).toEqual([
    'catalog',
    'identity',
    'inventory',
    'notifications',
    'orders',
    'payments',
    'shipping',
  ]);
});

test('somebody who is no operator is refused', async () => {
  const { token } = await shop.shopper();
  for (const signedIn of [token, undefined]) {
    const client = shop.client(OperationsService, signedIn);
    const failures = await Promise.all([
      client.getMessaging({}).catch(ConnectError.from),
      client.discardDeadLetters({ sequences: [1n], reason: 'mine' }).catch(ConnectError.from),
      Array.fromAsync(client.watchServiceMap({})).catch(ConnectError.from),
    ]);
    const code = signedIn ? Code.PermissionDenied : Code.Unauthenticated;
    expect(failures).toMatchObject([{ code }, { code }, { code }]);
  }
});
