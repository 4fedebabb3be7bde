/** Calls that are slow, fail, are too many, or cannot be answered by who should. */
import assert from 'node:assert/strict';
import { Code, ConnectError } from '@connectrpc/connect';
import { FAULT_HEADER } from '#chassis/faults/fault-header.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { meshClient } from '../../cli/mesh-client.ts';
import type { FaultyShop } from './faulty-shop.ts';
import { flagged } from './operator-words.ts';
import { failure, nothing, type Proof, type Proofs } from './proof.ts';

const CROWD = 2_000;
/** More than the places of calls that report, and few enough to get theirs in time. */
const READERS = 12;
/** A circuit is open for half a minute, and the pause before the next try is as long at most. */
const BACK_WITHIN_MS = 65_000;
/** Enough to tell a usual answer from a slow one, and to meet slow ones. */
const LOOKS = 40;
const SLOW_MS = 600;
const HEADER = { [FAULT_HEADER]: 'abort=DATA_LOSS;rpc=tradewind.catalog.v1.CatalogService/GetProduct' };

/** How each of so many calls made at once was refused, if it was. */
async function refusals(calls: readonly Promise<unknown>[]): Promise<ConnectError[]> {
  const settled = await Promise.allSettled(calls);
  return settled.flatMap((each) => (each.status === 'rejected' ? [ConnectError.from(each.reason)] : []));
}

/** Looks at the stock, one time after the other; answers how long each took, in milliseconds. */
async function looks({ guest, productId }: FaultyShop): Promise<number[]> {
  const times: number[] = [];
  for (let left = LOOKS; left > 0; left--) {
    const begin = performance.now();
    await guest.of(InventoryService).getAvailability({ productIds: [productId] });
    times.push(performance.now() - begin);
  }
  return times;
}

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

export const callProofs: Proofs = {
  'payments is slow': waits(OrderState.STOCK_RESERVED),
  'inventory is slow': waits(OrderState.PENDING),

  'sign-in is slow': {
    async symptom({ record }) {
      const begin = performance.now();
      await meshClient(record.gatewayUrl).signedIn(record.operator);
      assert.ok(performance.now() - begin >= 1_000);
    },
  },

  'some answers are slow': {
    before: async (shop) => void (await looks(shop)),
    async symptom(shop) {
      const delayed = () => shop.sample('inventory', 'tradewind_faults_injected_total', { kind: 'delay' });
      const before = await delayed();
      const waited = (await looks(shop)).filter((ms) => ms >= SLOW_MS).length;
      assert.ok(waited < (await delayed()) - before, `${waited} of ${LOOKS} waited for a slow answer`);
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

  'shipping gives no answer': {
    async symptom(shop) {
      const order = await shop.order();
      await shop.until(order, (seen) => seen.state === OrderState.CONFIRMED && seen.shipmentId === '');
    },
  },

  'more calls than can be answered': {
    async symptom({ guest }) {
      const catalog = guest.of(CatalogService);
      const calls = Array.from({ length: CROWD }, () => catalog.searchProducts({ query: 'tent' }));
      const shed = (await refusals(calls)).filter(({ code }) => code === Code.ResourceExhausted);
      assert.ok(shed.length > 0);
      assert.ok(shed.every((error) => error.findDetails(RetryInfoSchema).length === 1));
    },
  },

  'shipping is back': {
    cause: async () => nothing,
    async symptom(shop) {
      for (const order of shop.orders) await shop.until(order, ({ shipmentId }) => shipmentId !== '', BACK_WITHIN_MS);
    },
  },

  'one kind of call takes all its places': {
    async cause(shop) {
      const clear = await flagged(shop, ['v1.OrdersService/ListOrders', '--delay', '300ms']);
      let reading = true;
      const readers = Array.from({ length: READERS }, async () => {
        // Who waits past the deadline is refused, and reads again.
        while (reading) await Promise.allSettled([shop.shopper.of(OrdersService).listOrders({})]);
      });
      const read = Promise.all(readers);
      return async () => {
        reading = false;
        await read;
        await clear();
      };
    },
    async symptom(shop) {
      await eventually(async () => assert.ok((await shop.sample('gateway', 'tradewind_bulkhead_waiting')) > 0));
      const orders = shop.shopper.of(OrdersService);
      const reports = Promise.allSettled([orders.listOrders({})]).then(() => 'reports');
      const reads = orders.getOrder({ orderId: shop.latest() }).then(() => 'reads');
      assert.equal(await Promise.race([reports, reads]), 'reads');
      await reports;
    },
  },

  'catalog gives no answer': {
    before: async ({ guest, productId }) => void (await guest.of(CatalogService).getProduct({ productId })),
    async symptom({ guest, productId }) {
      // What was read just now is answered without asking anybody.
      await eventually(async () => {
        let stale: string | null = null;
        const onHeader = (headers: Headers) => {
          stale = headers.get('x-tradewind-stale');
        };
        const { product } = await guest.of(CatalogService).getProduct({ productId }, { onHeader });
        assert.equal(product?.id, productId);
        assert.match(String(stale), /^\d+$/);
      });
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
