import { connect, type JetStreamClient, type JetStreamManager, type NatsConnection, nanos } from 'nats';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { broken, naming } from './broken.fixture.ts';
import { type Damage, type HealthyShop, healthyShop } from './healthy-shop.fixture.ts';
import { appliedOnce } from './invariants/applied-once.ts';
import { consumersFinished } from './invariants/consumers-finished.ts';
import { noDeadLetters } from './invariants/no-dead-letters.ts';
import { noEventLost } from './invariants/no-event-lost.ts';
import { oneMailPerKind } from './invariants/one-mail-per-kind.ts';

let shop: HealthyShop;
let nats: NatsConnection;
let jetstream: JetStreamClient;
let manager: JetStreamManager;
beforeAll(async () => {
  shop = await healthyShop();
  nats = await connect({ servers: shop.record.natsUrl });
  jetstream = nats.jetstream();
  manager = await nats.jetstreamManager();
});
afterAll(async () => {
  await nats.close();
  await shop.close();
});

const brokenBy = (damage: Damage) => shop.damaged(damage, broken);

describe('an event', () => {
  const subject = 'tradewind.orders.events.v1.OrderTeleported';
  const row = (id: string) => ({ id, subject, aggregate_id: newId(), headers: {} as never, payload: Buffer.of() });

  test('published that its stream does not have is found', async () => {
    const id = newId();
    const found = await brokenBy({
      orders: (sql) => sql`insert into outbox ${sql({ ...row(id), published_at: new Date() })}`,
    });
    expect(found).toEqual({ [noEventLost.claim]: [`event ${id} (${subject}) is not in stream ORDERS`] });
  });

  test('written that nobody publishes is found', async () => {
    const id = newId();
    const found = await brokenBy({ orders: (sql) => sql`insert into outbox ${sql(row(id))}` });
    expect(found).toEqual({ [noEventLost.claim]: [`event ${id} (${subject}) waits to be published`] });
  });

  test('that nobody wrote is found', async () => {
    const id = newId();
    const { seq } = await jetstream.publish(subject, '', { msgID: id });
    const found = await broken(shop.record);
    await manager.streams.deleteMessage('ORDERS', seq);
    expect(found).toEqual({ [noEventLost.claim]: [naming(id, 'never wrote it')] });
  });

  test('stored twice is found', async () => {
    const known = (await manager.streams.getMessage('ORDERS', { seq: 1 })).header.get('Nats-Msg-Id');
    let window = 100;
    const { seq } = await eventually(async () => {
      // The broker may look for what to forget just before it learns of the new window: then it needs another one.
      await manager.streams.update('ORDERS', { duplicate_window: nanos(window++) });
      const stored = await jetstream.publish(subject, '', { msgID: known });
      return stored.duplicate ? Promise.reject(new Error('the broker still remembers it')) : stored;
    });
    const found = await broken(shop.record);
    await manager.streams.deleteMessage('ORDERS', seq);
    expect(found).toEqual({ [noEventLost.claim]: [naming(`event ${known}`, 'more than once')] });
  });

  test('given up and sent again by an operator is not found', async () => {
    const id = newId();
    const { seq } = await jetstream.publish(subject, '', { msgID: `replay:7:${id}` });
    const found = await brokenBy({
      orders: (sql) => sql`insert into outbox ${sql({ ...row(id), dead_at: new Date(), last_error: 'too large' })}`,
    });
    await manager.streams.deleteMessage('ORDERS', seq);
    expect(found).toEqual({});
  });

  test('applied twice is found', async () => {
    const { confirmed } = shop.orders;
    const found = await brokenBy({
      orders: async (sql) => {
        await sql`
          insert into order_event (order_id, version, type, data, occurred_at)
          select order_id, version + 1, type, data, occurred_at from order_event
          where order_id = ${confirmed} and type = 'OrderShipmentCreated'`;
        await sql`
          update orders set version = version + 1, data = jsonb_set(data, '{version}', to_jsonb(version + 1)) where id = ${confirmed}`;
      },
    });
    expect(found).toEqual({ [appliedOnce.claim]: [naming('OrderShipmentCreated', confirmed, 'happened 2 times')] });
  });

  test('that a consumer has not handled is found', async () => {
    await manager.consumers.add('ORDERS', { durable_name: 'orders-sleeper' });
    const found = await broken(shop.record);
    await manager.consumers.delete('ORDERS', 'orders-sleeper');
    expect(found).toEqual({ [consumersFinished.claim]: [naming('consumer orders-sleeper of ORDERS has \\d+ events')] });
  });

  test('that a consumer gave up is found', async () => {
    const { seq } = await jetstream.publish('tradewind.dead-letters.notifications.order-mails', '', { msgID: newId() });
    const found = await broken(shop.record);
    await manager.streams.deleteMessage('DEAD_LETTERS', seq);
    expect(found).toEqual({ [noDeadLetters.claim]: [naming('consumer notifications/order-mails gave up 1 events')] });
  });

  test('that could not be published is found', async () => {
    const id = newId();
    const found = await brokenBy({
      shipping: (sql) => sql`insert into outbox ${sql({ ...row(id), dead_at: new Date(), last_error: 'too large' })}`,
    });
    expect(found).toEqual({ [noDeadLetters.claim]: [naming(id, 'could not be published: too large')] });
  });
});

describe('a mail', () => {
  test('that was never written is found', async () => {
    const { delivered } = shop.orders;
    const found = await brokenBy({
      notifications: (sql) => sql`delete from notification where order_id = ${delivered} and kind = 'ORDER_DELIVERED'`,
    });
    expect(found).toEqual({
      [oneMailPerKind.claim]: [
        naming(`ORDER_DELIVERED of order ${delivered} was never written`),
        naming('sent by nobody'),
      ],
    });
  });

  test('written twice is found', async () => {
    const { delivered } = shop.orders;
    const found = await brokenBy({
      notifications: async (sql) => {
        await sql`alter table notification drop constraint notification_order_id_kind_key`;
        await sql`
          insert into notification (id, user_id, order_id, kind, state, facts, event_id, correlation_id)
          select ${newId()}, user_id, order_id, kind, 'PENDING', facts, event_id, correlation_id from notification
          where order_id = ${delivered} and kind = 'ORDER_DELIVERED'`;
      },
    });
    expect(found).toEqual({
      [oneMailPerKind.claim]: [naming(`ORDER_DELIVERED of order ${delivered} was written 2 times`)],
    });
  });

  test('that arrived twice is found, though only one was noted', async () => {
    const [mail] = (await (await fetch(`${shop.record.mailUrl}/mails`)).json()) as { to: string; subject: string }[];
    const transport = createTransport({ url: shop.smtpUrl });
    await transport.sendMail({ from: 'shop@tradewind.example', to: mail?.to, subject: mail?.subject, text: 'again' });
    const found = await broken(shop.record);
    expect(found).toEqual({
      [oneMailPerKind.claim]: [naming('sent by nobody'), naming(`${mail?.to}.*arrived 2 times`)],
    });
  });
});
