import { type Client, Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { pushbackMs } from '#chassis/rpc/pushback.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { line, openShop, type Shop } from './testing/shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

/** Watches an order that waits for stock; `opened` settles with its first message, `end` with the error the stream ends with. */
function watching(client: Client<typeof OrdersService>, orderId: string) {
  const opened = Promise.withResolvers<void>();
  const read = async () => {
    for await (const { order } of client.watchOrder({ orderId })) {
      expect(order?.id).toBe(orderId);
      opened.resolve();
    }
  };
  const end = read().then(
    () => new ConnectError('the stream ended as if the order had'),
    (error: unknown) => ConnectError.from(error),
  );
  return { opened: opened.promise, end };
}

test('a watch whose process stops ends with UNAVAILABLE and the time to open it again, on both ports', async () => {
  const { id, client } = await shop.shopper();
  const http = await shop.served.httpClient(OrdersService, { service: 'gateway', user: { id } });
  const { id: orderId, state } = await shop.placed(client, [line(shop.stocked({ stock: 0, backorderable: true }))]);
  expect(state).toBe(OrderState.PENDING);
  const watches = [watching(client, orderId), watching(http, orderId)];
  await Promise.all(watches.map(({ opened }) => opened));
  const ends = Promise.all(watches.map(({ end }) => end));
  await shop.served.stop();
  for (const error of await ends) {
    expect([error.code, reasonOf(error)?.reason]).toEqual([Code.Unavailable, 'SHUTTING_DOWN']);
    expect(pushbackMs(error)).toBeGreaterThanOrEqual(100);
    expect(pushbackMs(error)).toBeLessThanOrEqual(300);
  }
});
