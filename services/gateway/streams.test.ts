import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-web';
import { afterEach, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Call } from '#chassis/rpc/call.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { type MeshOptions, startMesh } from './mesh.fixture.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A gateway in front of orders that tell of one change at once, and of another whenever `more` is called. */
async function start(options: MeshOptions = {}) {
  const upstream: { signal?: AbortSignal; more: () => void } = { more: () => {} };
  const id = newId();
  async function* watchOrder(_: unknown, call: Call) {
    upstream.signal = call.signal;
    for (;;) {
      yield { order: { id } };
      const next = Promise.withResolvers<void>();
      upstream.more = next.resolve;
      await next.promise;
    }
  }
  const mesh = await startMesh([[OrdersService, { watchOrder } as never]], options);
  cleanups.push(() => mesh.stop());
  const headers = { authorization: `Bearer ${await mesh.userToken(newId())}` };
  return { mesh, upstream, id, headers };
}

const browsers = [
  ['Connect-Web', createConnectTransport],
  ['gRPC-Web', createGrpcWebTransport],
] as const;

test.each(browsers)(
  'each change reaches a browser over %s as it happens, and its leaving ends the call behind',
  async (_, transport) => {
    const { mesh, upstream, id, headers } = await start();
    const orders = createClient(OrdersService, transport({ baseUrl: mesh.url }));
    const leaving = new AbortController();
    const changes = orders.watchOrder({ orderId: id }, { headers, signal: leaving.signal })[Symbol.asyncIterator]();
    expect((await changes.next()).value?.order?.id).toBe(id);
    const next = changes.next();
    await eventually(() => upstream.more());
    upstream.more();
    expect((await next).value?.order?.id).toBe(id);
    expect(upstream.signal?.aborted).toBe(false);
    leaving.abort();
    await eventually(() => expect(upstream.signal?.aborted).toBe(true));
  },
);

test('a stream on which nothing comes for long is ended, and may be opened again', async () => {
  const { mesh, upstream, id, headers } = await start({ streamIdleMs: 200 });
  const orders = createClient(OrdersService, createConnectTransport({ baseUrl: mesh.url }));
  const watching = (async () => {
    for await (const _ of orders.watchOrder({ orderId: id }, { headers }));
  })();
  const error = await watching.then(() => expect.unreachable(), ConnectError.from);
  expect(error.code).toBe(Code.Unavailable);
  expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: 'STREAM_IDLE', domain: 'tradewind' }]);
  await eventually(() => expect(upstream.signal?.aborted).toBe(true));
});
