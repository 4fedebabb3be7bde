import { setTimeout as pause } from 'node:timers/promises';
import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { shuttingDown } from '#chassis/rpc/shutting-down.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { reopened } from './reopened.ts';

const { PENDING, STOCK_RESERVED, CONFIRMED, DELIVERED } = OrderState;
const away = () => new ConnectError('the service cannot be reached now', Code.Unavailable);

interface Stream {
  states: OrderState[];
  /** How long nothing happens before it ends. */
  idleMs?: number;
  error?: ConnectError;
}

/** What a watcher sees of a mesh that answers each WatchOrder with the next of `streams`, the last one again and again, and how often and when it asked. */
async function watched(streams: Stream[], silenceMs?: number) {
  const asked: number[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(OrdersService, {
      async *watchOrder({ orderId }) {
        const { states, idleMs, error } = streams[Math.min(asked.push(Date.now()), streams.length) - 1] ?? {
          states: [],
        };
        for (const state of states) yield { order: { id: orderId, state, version: BigInt(state) } };
        if (idleMs) await pause(idleMs);
        if (error) throw error;
      },
    });
  });
  const seen: OrderState[] = [];
  const read = async () => {
    const { signal } = new AbortController();
    for await (const order of reopened(createClient(OrdersService, transport), 'o1', signal, silenceMs)) {
      seen.push(order.state);
    }
  };
  const end = await read().then(
    () => 'ended',
    (error: unknown) => ConnectError.from(error),
  );
  return { seen, end, asked };
}

test('a watch whose server stops is opened anew when it said, and shows each state once', async () => {
  const streams = [
    { states: [PENDING], error: shuttingDown() },
    { states: [PENDING, STOCK_RESERVED], error: shuttingDown() },
    { states: [CONFIRMED, DELIVERED] },
  ];
  const { seen, end, asked } = await watched(streams);
  expect([seen, end]).toEqual([[PENDING, STOCK_RESERVED, CONFIRMED, DELIVERED], 'ended']);
  expect(asked).toHaveLength(3);
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(99);
});

test('a watch whose server is lost, or ends it without a word, is opened anew', async () => {
  const streams = [{ states: [PENDING], error: away() }, { states: [PENDING] }, { states: [DELIVERED] }];
  expect(await watched(streams)).toMatchObject({ seen: [PENDING, DELIVERED], end: 'ended' });
});

test('a watch in which nothing happened for long is opened anew all the same', async () => {
  const streams = [{ states: [PENDING], idleMs: 60, error: away() }, { states: [DELIVERED] }];
  expect(await watched(streams, 30)).toMatchObject({ seen: [PENDING, DELIVERED], end: 'ended' });
});

test('a watch whose token ended is opened anew with another, and not when that is refused too', async () => {
  const ended = new ConnectError('the session has ended', Code.Unauthenticated);
  const streams = [{ states: [PENDING], error: ended }, { states: [DELIVERED] }];
  expect(await watched(streams)).toMatchObject({ seen: [PENDING, DELIVERED], end: 'ended' });
  const signedOut = await watched([
    { states: [PENDING], error: ended },
    { states: [], error: ended },
  ]);
  expect([signedOut.end, signedOut.asked.length]).toMatchObject([{ code: Code.Unauthenticated }, 2]);
});

test('a watch is opened anew for a while only', async () => {
  const { seen, end, asked } = await watched(
    [
      { states: [PENDING], error: away() },
      { states: [], error: away() },
    ],
    100,
  );
  expect(seen).toEqual([PENDING]);
  expect(end).toMatchObject({ code: Code.Unavailable });
  expect(asked.length).toBeGreaterThan(2);
});

test('a watch that is refused, or that nobody ever answered, is not opened anew', async () => {
  const refused = await watched([{ states: [PENDING], error: new ConnectError('not yours', Code.NotFound) }]);
  expect([refused.end, refused.asked.length]).toMatchObject([{ code: Code.NotFound }, 1]);
  const unanswered = await watched([{ states: [], error: away() }]);
  expect([unanswered.end, unanswered.asked.length]).toMatchObject([{ code: Code.Unavailable }, 1]);
});
