/** Events that nobody can read, or that come twice, and checkouts that nobody can finish. */
import assert from 'node:assert/strict';
import { connect } from 'nats';
import { connectDatabase } from '#chassis/db/connect.ts';
import { newId } from '#chassis/ids.ts';
import { stepKey } from '#chassis/saga/define.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrderState, SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { sendAgain } from './again.ts';
import type { FaultyShop } from './faulty-shop.ts';
import { said } from './operator-words.ts';
import { nothing, type Proofs } from './proof.ts';

const POISONED = 'tradewind.orders.events.v1.OrderConfirmed';
const LAST_EVENTS = 20;

async function toldOnce(shop: FaultyShop): Promise<void> {
  await eventually(async () => assert.equal((await shop.mails(shop.latest())).length, 1));
}

export const eventProofs: Proofs = {
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

  'events come twice': {
    async before(shop) {
      const order = await shop.order();
      await shop.until(order, ({ state }) => state === OrderState.CONFIRMED);
      await toldOnce(shop);
    },
    async cause({ record }) {
      const what = { stream: 'ORDERS', events: LAST_EVENTS, which: 'last', seed: 1 } as const;
      assert.ok((await sendAgain(record.natsUrl, what)) > 0);
      return nothing;
    },
    symptom: toldOnce,
    after: toldOnce,
  },

  'a checkout cannot go on': {
    async cause(shop) {
      const payments = shop.record.services.payments?.[0]?.pid ?? assert.fail('there are no payments');
      const shipping = connectDatabase({ url: shop.record.databases.shipping ?? '', max: 1, service: 'chaos' });
      // Nobody answers, so the checkout stands still before its parcel for as long as this takes.
      process.kill(payments, 'SIGSTOP');
      try {
        const orderId = await shop.order();
        await shop.until(orderId, ({ state }) => state === OrderState.STOCK_RESERVED);
        const { sagas } = await shop.operator.of(OrdersOperationsService).listSagas({ orderId });
        const sagaId = sagas[0]?.id ?? assert.fail('the order has no checkout');
        const request = stepKey(sagaId, 'create shipment');
        await shipping.sql`
          insert into shipment (id, order_id, request_id, state) values (${newId()}, ${orderId}, ${request}, 'CANCELLED')`;
        return async () => {
          await shipping.sql`delete from shipment where request_id = ${request}`;
          await shipping.close();
          await said(shop.directory, 'saga', 'resume', sagaId);
        };
      } finally {
        process.kill(payments, 'SIGCONT');
      }
    },
    async symptom(shop) {
      const orderId = shop.latest();
      await eventually(async () => {
        const { sagas } = await shop.operator.of(OrdersOperationsService).listSagas({ state: SagaState.PARKED });
        assert.deepEqual(
          sagas.map((saga) => [saga.orderId, saga.step]),
          [[orderId, 'create shipment']],
        );
      });
      await shop.until(orderId, ({ state, shipmentId }) => state === OrderState.CONFIRMED && shipmentId === '');
    },
    async after(shop) {
      await shop.until(shop.latest(), ({ shipmentId }) => shipmentId !== '');
    },
  },
};
