/** What is done and looked at to prove each fault of the catalogue, by its name. */
import assert from 'node:assert/strict';
import { Code, ConnectError } from '@connectrpc/connect';
import { connect } from 'nats';
import { reasonOf } from '#chassis/domain-error.ts';
import { FAULT_HEADER } from '#chassis/faults/fault-header.ts';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { meshClient } from '../../cli/mesh-client.ts';
import type { FaultyShop } from './faulty-shop.ts';

export interface Proof {
  /** Done while everything is well. */
  before?(shop: FaultyShop): Promise<void>;
  /** Causes what is not caused by a flag; answers how it is mended. */
  cause?(shop: FaultyShop): Promise<() => Promise<void>>;
  /** Throws unless the symptom shows. */
  symptom(shop: FaultyShop): Promise<void>;
  /** Throws unless everything is well again, once mended. */
  after?(shop: FaultyShop): Promise<void>;
}

const CROWD = 2_000;
const HEADER = { [FAULT_HEADER]: 'abort=DATA_LOSS;rpc=tradewind.catalog.v1.CatalogService/GetProduct' };
const POISONED = 'tradewind.orders.events.v1.OrderConfirmed';
const nothing = async () => undefined;

const failure = (call: Promise<unknown>): Promise<ConnectError> =>
  call.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => ConnectError.from(error),
  );

/** An order passes through a state in which it waits for who is slow. */
function waits(state: OrderState): Proof {
  return {
    async symptom(shop) {
      const order = await shop.order();
      await shop.until(order, (seen) => seen.state === state);
      await shop.until(order, (seen) => seen.state === OrderState.CONFIRMED);
    },
  };
}

export const faultProofs: Readonly<Record<string, Proof>> = {
  'payments is slow': waits(OrderState.STOCK_RESERVED),
  'inventory is slow': waits(OrderState.PENDING),

  'sign-in is slow': {
    async symptom({ record }) {
      const begin = performance.now();
      await meshClient(record.gatewayUrl).signedIn(record.operator);
      assert.ok(performance.now() - begin >= 1_000);
    },
  },

  'one request fails at the service behind the gateway': {
    cause: async () => nothing,
    async symptom({ guest, productId }) {
      const catalog = guest.of(CatalogService);
      assert.equal((await failure(catalog.getProduct({ productId }, { headers: HEADER }))).code, Code.DataLoss);
      await catalog.getProduct({ productId });
    },
  },

  'an event that no consumer can read': {
    async cause({ record }) {
      const nats = await connect({ servers: record.natsUrl });
      await nats.jetstream().publish(POISONED, Buffer.from('ffffff', 'hex'), { msgID: newId() });
      await nats.close();
      return nothing;
    },
    async symptom(shop) {
      const nats = await connect({ servers: shop.record.natsUrl });
      const manager = await nats.jetstreamManager({ checkAPI: false });
      await eventually(async () => assert.ok((await manager.streams.info('DEAD_LETTERS')).state.messages > 0));
      await nats.close();
      const order = await shop.order();
      await shop.until(order, (seen) => seen.state === OrderState.CONFIRMED);
    },
  },

  'shipping gives no answer': {
    async symptom(shop) {
      const order = await shop.order();
      await shop.until(order, (seen) => seen.state === OrderState.CONFIRMED && seen.shipmentId === '');
    },
  },

  'the broker is away': {
    async cause({ record }) {
      const pid = record.servers.nats ?? assert.fail('there is no broker of our own');
      process.kill(pid, 'SIGSTOP');
      return async () => void process.kill(pid, 'SIGCONT');
    },
    async symptom(shop) {
      await shop.order();
    },
    after: (shop) => eventually(async () => assert.equal(await shop.sample('orders', 'tradewind_outbox_lag_rows'), 0)),
  },

  'the database of a service is away': {
    async cause({ wayToDatabase }) {
      wayToDatabase.cut();
      return async () => wayToDatabase.mend();
    },
    async symptom(shop) {
      const { guest, productId } = shop;
      const error = await failure(guest.of(InventoryService).getAvailability({ productIds: [productId] }));
      assert.match(reasonOf(error)?.reason ?? '', /^(DATABASE_UNAVAILABLE|DEADLINE_EXCEEDED)$/);
      await eventually(async () => assert.equal(await shop.readiness('inventory'), 503));
      assert.equal(await shop.readiness('orders'), 200);
    },
    after: (shop) => eventually(async () => assert.equal(await shop.readiness('inventory'), 200)),
  },

  'more calls than can be answered': {
    async symptom({ guest }) {
      const catalog = guest.of(CatalogService);
      const calls = Array.from({ length: CROWD }, () => catalog.searchProducts({ query: 'tent' }));
      const refused = (await Promise.allSettled(calls)).flatMap((each) =>
        each.status === 'rejected' ? [ConnectError.from(each.reason)] : [],
      );
      const shed = refused.filter(({ code }) => code === Code.ResourceExhausted);
      assert.ok(shed.length > 0);
      assert.ok(shed.every((error) => error.findDetails(RetryInfoSchema).length === 1));
    },
  },

  'catalog gives no answer': {
    before: async ({ guest, productId }) => void (await guest.of(CatalogService).getProduct({ productId })),
    async symptom({ guest, productId }) {
      let stale: string | null = null;
      const onHeader = (headers: Headers) => {
        stale = headers.get('x-tradewind-stale');
      };
      const { product } = await guest.of(CatalogService).getProduct({ productId }, { onHeader });
      assert.equal(product?.id, productId);
      assert.match(String(stale), /^\d+$/);
    },
  },

  'payments gives no answer': {
    async symptom(shop) {
      const orders = await Promise.all([shop.order(), shop.order(), shop.order()]);
      for (const order of orders)
        await shop.until(
          order,
          ({ state, paymentRetryTime }) => state === OrderState.STOCK_RESERVED && paymentRetryTime !== undefined,
        );
    },
  },

  'payments is back': {
    cause: async () => nothing,
    async symptom(shop) {
      for (const order of shop.orders) await shop.until(order, ({ state }) => state === OrderState.CONFIRMED, 120_000);
    },
  },
};
