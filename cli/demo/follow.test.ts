import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { follow } from './follow.ts';
import { patience } from './patience.ts';
import { isSettled } from './scenario.ts';

const { PENDING, STOCK_RESERVED, CONFIRMED, CANCELLED } = OrderState;

/** Answers each WatchOrder with the next of `streams`: its states in turn, then its error or its end. */
function watched(...streams: { states: OrderState[]; error?: ConnectError }[]) {
  const transport = createRouterTransport(({ service }) => {
    service(OrdersService, {
      async *watchOrder({ orderId }) {
        const { states, error } = streams.shift() ?? { states: [] };
        for (const state of states) yield { order: { id: orderId, state, version: BigInt(state) } };
        if (error) throw error;
      },
    });
  });
  return createClient(OrdersService, transport);
}

test('follows an order until it is where it shall be', async () => {
  const orders = watched({ states: [PENDING, STOCK_RESERVED, CONFIRMED] });
  expect(await follow(orders, 'o1', isSettled, patience())).toMatchObject({ id: 'o1', state: CONFIRMED });
});

test('stops at the end of an order even when it never was where it should be', async () => {
  const orders = watched({ states: [PENDING, CANCELLED] });
  const never = () => false;
  expect(await follow(orders, 'o1', never, patience())).toMatchObject({ state: CANCELLED });
});

test('opens a stream anew that broke or ended too early', async () => {
  const error = new ConnectError('connection reset', Code.Unavailable);
  const orders = watched({ states: [PENDING], error }, { states: [PENDING] }, { states: [STOCK_RESERVED, CONFIRMED] });
  const patient = patience();
  expect(await follow(orders, 'o1', isSettled, patient)).toMatchObject({ state: CONFIRMED });
  expect(patient.retries()).toBe(2);
});

test('gives up what is refused', async () => {
  const orders = watched({ states: [], error: new ConnectError('not yours', Code.NotFound) });
  await expect(follow(orders, 'o1', isSettled, patience())).rejects.toMatchObject({ code: Code.NotFound });
});
