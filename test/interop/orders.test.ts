import type { DescService } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { OrdersService as OrdersServiceV2 } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { ordersErrors } from '../../services/orders/errors.ts';
import { line, type OrdersClient, openShop, refusal, type Shop, statesOf } from '../../services/orders/testing/shop.ts';
import { contracts } from '../architecture/contracts.ts';
import { generateReleased, type ReleasedCode, service, version } from './released.fixture.ts';
import { NEW_VALUE, tomorrow } from './tomorrow.ts';

let shop: Shop;
let code: ReleasedCode;
/** The contract as the release's own code has it, which is all that a client built then knows. */
let Released: typeof OrdersService;
beforeAll(async () => {
  shop = await openShop();
  code = generateReleased();
  const generated = await code.load('tradewind/orders/v1/orders_service_pb');
  Released = generated.OrdersService as typeof OrdersService;
});
afterAll(async () => {
  code.remove();
  await shop.close();
});

const faces = ['gRPC', 'Connect binary', 'Connect JSON'] as const;
type Face = (typeof faces)[number];

/** A client of a description, on behalf of a shopper who comes through the gateway. */
async function clientOf<S extends DescService>(served: Served, face: Face, described: S, id = newId()) {
  const as = { service: 'gateway', user: { id } };
  if (face === 'gRPC') return served.client(described, as);
  const shown = Object.entries(await served.headers(as));
  const interceptor: Interceptor = (next) => (request) => {
    for (const [name, value] of shown) request.header.set(name, value);
    return next(request);
  };
  const baseUrl = `http://127.0.0.1:${served.httpPort}`;
  const useBinaryFormat = face === 'Connect binary';
  return createClient(
    described,
    createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat, interceptors: [interceptor] }),
  );
}

/** Today's implementation under another description of the same service. */
async function serveAs(described: DescService, wrap = (impl: Impl): Impl => impl): Promise<Served> {
  const route = shop.orders.routes.find((each) => each.service.typeName === described.typeName);
  if (!route) throw new Error(`${described.typeName} is not served`);
  const served = await serve([{ service: described, impl: wrap(route.impl) }], ordersErrors);
  onTestFinished(() => served.stop());
  return served;
}
type Impl = Shop['orders']['routes'][number]['impl'];

/** All that a shopper does, and what she sees of it; ids and times, which differ each time, left out. */
async function shopping(client: OrdersClient, productId: string) {
  const cart = await client.setCartItem({ productId, quantity: 2n });
  const request = { ...shop.request([]), paymentToken: 'tok_visa' };
  const placed = await client.placeOrder(request);
  const orderId = placed.order?.id ?? '';
  const again = await client.placeOrder(request);
  const states = await statesOf(client, orderId);
  const { order } = await client.getOrder({ orderId });
  const batch = await client.batchGetOrders({ orderIds: [orderId] });
  const { entries } = await client.getOrderHistory({ orderId });
  const past = await client.getOrderAsOf({ orderId, time: placed.order?.createTime ?? timestampFromDate(new Date(0)) });
  const cancelled = await client.cancelOrder({ orderId });
  await eventually(async () => {
    expect((await client.getOrder({ orderId })).order?.state).toBe(OrderState.CANCELLED);
  });
  return {
    cart: cart.cart?.items.map(({ quantity }) => quantity),
    emptied: (await client.getCart({})).cart?.items,
    placed: [placed.order?.state, placed.order?.version, again.order?.id === orderId],
    end: states.at(-1),
    order: [order?.total?.units, order?.total?.currencyCode, order?.items[0]?.title, order?.shippingAddress?.city],
    batch: batch.orders.map(({ version: each }) => each === order?.version),
    history: entries.map(({ type, state }) => [type, state]),
    past: [past.order?.version, past.order?.state],
    cancelled: cancelled.order?.cancelRequested,
    listed: (await client.listOrders({})).orders,
    refused: [
      (await refusal(client.getOrder({ orderId: newId() })))?.reason,
      (await refusal(client.placeOrder({ ...request, paymentToken: 'tok_other' })))?.reason,
      (await refusal(client.placeOrder({ ...request, requestId: 'none' })))?.reason,
    ],
  };
}

async function expected(face: Face) {
  return shopping(await clientOf(shop.served, face, OrdersService), shop.stocked());
}

describe.each(faces)('by %s', (face) => {
  test(`a client of release ${version} shops in today's service as today's client does`, async () => {
    const client = await clientOf(shop.served, face, Released);
    const seen = await shopping(client, shop.stocked());
    expect(seen).toEqual(await expected(face));
    expect(seen).toMatchObject({ end: OrderState.CONFIRMED, emptied: [], cancelled: true });
  });

  test(`today's client shops in a service of release ${version}`, async () => {
    const old = await serveAs(service(OrdersService.typeName));
    const client = await clientOf(old, face, OrdersService);
    expect(await shopping(client, shop.stocked())).toEqual(await expected(face));
  });

  test(`clients of today and of release ${version} take from a later service what they know`, async () => {
    const described = tomorrow(contracts).getService(OrdersService.typeName);
    const later = await serveAs(described ?? OrdersService, ofTomorrow);
    const orderId = await ordered();
    for (const known of [Released, OrdersService]) {
      const client = await clientOf(later, face, known, shopper);
      const { order } = await client.getOrder({ orderId });
      // Binary keeps the number of a state nobody knows yet; JSON has only its name, which tells an older client nothing.
      expect(order?.state).toBe(face === 'Connect JSON' ? OrderState.UNSPECIFIED : NEW_VALUE);
      expect(order).toMatchObject({ id: orderId, userId: shopper, total: { currencyCode: 'EUR' } });
      const { entries } = await client.getOrderHistory({ orderId });
      expect(entries[0]?.type).toBe('OrderPlaced');
    }
  });

  test(`a later client is understood by services of today and of release ${version}`, async () => {
    const described = tomorrow(contracts).getService(OrdersService.typeName) as typeof OrdersService;
    const old = await serveAs(service(OrdersService.typeName));
    for (const served of [shop.served, old]) {
      const client = await clientOf(served, face, described);
      const asked = { ...shop.request([line(shop.stocked())]), notKnownYet: 'gift wrap' };
      expect((await client.placeOrder(asked)).order?.state).toBe(OrderState.PENDING);
    }
  });

  test(`a client of v2 is told by a service of release ${version} that it has no v2`, async () => {
    const old = await serveAs(service(OrdersService.typeName));
    const client = await clientOf(old, face, OrdersServiceV2);
    const failure = await client.getCart({}).catch((error: unknown) => ConnectError.from(error));
    expect(failure instanceof ConnectError && Code[failure.code]).toBe('Unimplemented');
  });
});

const shopper = newId();

async function ordered(): Promise<string> {
  const { client } = await shop.shopper(shopper);
  return (await shop.placed(client, [line(shop.stocked())])).id;
}

/** Answers as a later release might: with a field more, and in a state that nobody knows yet. */
function ofTomorrow(impl: Impl): Impl {
  return {
    ...impl,
    getOrder: async (request, call) => {
      const answer = (await impl.getOrder?.(request, call)) as { order: object } | undefined;
      return { order: { ...answer?.order, state: NEW_VALUE, notKnownYet: 'gift wrap' }, notKnownYet: 'more' };
    },
  };
}
