/** Processes that are killed or stand still, ways that lead nowhere, and clocks that are wrong. */
import assert from 'node:assert/strict';
import { reasonOf } from '#chassis/domain-error.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { failure, nothing, type Proofs } from './proof.ts';

const GONE = /^(DATABASE_UNAVAILABLE|DEADLINE_EXCEEDED)$/;
const BACK_WITHIN_MS = 20_000;

export const outageProofs: Proofs = {
  'a service is killed': {
    async cause({ record }) {
      process.kill(record.services.payments?.[0]?.pid ?? assert.fail('there are no payments'), 'SIGKILL');
      return nothing;
    },
    async symptom(shop) {
      const order = await shop.order();
      await shop.until(order, ({ state }) => state === OrderState.CONFIRMED);
    },
  },

  'PostgreSQL is killed': {
    async cause({ record }) {
      process.kill(record.servers.postgres ?? assert.fail('there is no PostgreSQL of our own'), 'SIGKILL');
      return nothing;
    },
    async symptom({ guest, productId }) {
      const look = () => guest.of(InventoryService).getAvailability({ productIds: [productId] });
      const error = await eventually(() => failure(look()), { everyMs: 1 });
      assert.match(reasonOf(error)?.reason ?? '', GONE);
    },
    async after(shop) {
      await eventually(
        async () => {
          for (const service of ['inventory', 'orders']) assert.equal(await shop.readiness(service), 200);
        },
        { timeoutMs: BACK_WITHIN_MS },
      );
      const order = await eventually(() => shop.order());
      await shop.until(order, ({ state }) => state === OrderState.CONFIRMED);
    },
  },

  'the clock of a service is wrong': {
    cause: async () => nothing,
    async symptom(shop) {
      const order = await shop.order();
      await eventually(async () => assert.equal((await shop.mails(order)).length, 1));
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
      await eventually(async () => assert.ok((await shop.sample('orders', 'tradewind_outbox_lag_seconds')) >= 1));
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
      assert.match(reasonOf(error)?.reason ?? '', GONE);
      await eventually(async () => assert.equal(await shop.readiness('inventory'), 503));
      assert.equal(await shop.readiness('orders'), 200);
    },
    after: (shop) => eventually(async () => assert.equal(await shop.readiness('inventory'), 200)),
  },
};
