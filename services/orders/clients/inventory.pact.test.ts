import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, createClient, type Transport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { ReservationState } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { inventoryClient } from './inventory.ts';

const pact = pactBetween('orders', 'inventory', import.meta.url);
const { reserveStock, commitReservation, releaseReservation } = InventoryService.method;
const domain = 'inventory.tradewind';
const inventory = (transport: Transport) => inventoryClient(createClient(InventoryService, transport));

const wish = { requestId: ids.request, orderId: ids.order, lines: [{ productId: ids.product, quantity: 2 }] };
const lines = [{ productId: ids.product, quantity: 2n }];
const request = { ...wish, lines };
const reservation = {
  id: ids.reservation,
  orderId: ids.order,
  lines,
  state: ReservationState.HELD,
  expireTime: timestampFromDate(time),
};
const ended = { code: Code.FailedPrecondition, reason: 'RESERVATION_RELEASED', domain };

test('stock that is there is held', async () => {
  const example = { given: 'a product with 10 pieces', request, answer: { reservation } };
  const reserved = await pact.call(reserveStock, 'stock that is there is held', example, (to) =>
    inventory(to).reserve(wish),
  );
  expect(reserved).toEqual({ outcome: 'reserved', reservationId: ids.reservation, endsAt: time });
});

test('stock that is short is refused with what there is of it', async () => {
  const refusal = {
    code: Code.FailedPrecondition,
    reason: 'INSUFFICIENT_STOCK',
    domain,
    metadata: { [ids.product]: '1' },
  };
  const example = { given: 'a product with 1 piece', request, refusal };
  const reserved = await pact.call(
    reserveStock,
    'stock that is short is refused with what there is of it',
    example,
    (to) => inventory(to).reserve(wish),
  );
  expect(reserved).toEqual({ outcome: 'short', available: new Map([[ids.product, 1]]) });
});

test('a request that was released before it came is refused', async () => {
  const example = { given: 'a reservation released before it was made', request, refusal: ended };
  const reserved = await pact.call(reserveStock, 'a request released before it came is refused', example, (to) =>
    inventory(to).reserve(wish),
  );
  expect(reserved).toEqual({ outcome: 'ended' });
});

test('held stock is sold', async () => {
  const example = {
    given: 'a reservation',
    request: { reservationId: ids.reservation },
    answer: { reservation: { ...reservation, state: ReservationState.COMMITTED } },
  };
  const sold = await pact.call(commitReservation, 'held stock is sold', example, (to) =>
    inventory(to).commit(ids.reservation),
  );
  expect(sold).toEqual({ outcome: 'committed' });
});

test.each([
  ['released', 'RESERVATION_RELEASED'],
  ['expired, with its stock gone', 'RESERVATION_EXPIRED'],
])('a reservation %s is not sold', async (how, reason) => {
  const example = {
    given: `a reservation ${how}`,
    request: { reservationId: ids.reservation },
    refusal: { ...ended, reason },
  };
  const sold = await pact.call(commitReservation, `a reservation ${how} is not sold`, example, (to) =>
    inventory(to).commit(ids.reservation),
  );
  expect(sold).toEqual({ outcome: 'ended' });
});

test('stock is returned by the request that held it', async () => {
  const { requestId, orderId } = wish;
  const example = { given: 'a reservation', request: { reserveRequestId: requestId, orderId }, answer: {} };
  const returned = pact.call(releaseReservation, 'stock is returned by the request that held it', example, (to) =>
    inventory(to).release({ requestId, orderId }),
  );
  await expect(returned).resolves.toBeUndefined();
});

pact.settled();
