import { create, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate } from '#chassis/db/migrate.ts';
import { reasonOf } from '#chassis/domain-error.ts';
import type { Broker } from '#chassis/events/broker.ts';
import { startConsumer } from '#chassis/events/consumer.ts';
import { connectNats } from '#chassis/events/nats-broker.ts';
import { newId } from '#chassis/ids.ts';
import { outboxRow } from '#chassis/outbox/append.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats, type TestNats } from '#chassis/testing/nats.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { expectSchema } from '#chassis/testing/schema.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import {
  UserErasedSchema,
  UserRegisteredSchema,
  UserUpdatedSchema,
} from '#gen/tradewind/identity/events/v1/identity_events_pb.ts';
import { NotificationKind, NotificationState } from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import {
  OrderCancelledSchema,
  OrderConfirmedSchema,
  OrderShippedSchema,
} from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import { notificationsErrors } from './errors.ts';
import { type Mailbox, openMailbox } from './mailbox.fixture.ts';
import { smtpMailer } from './mailer.ts';
import { buildNotifications, notificationsMigrations } from './notifications.ts';
import { addressBookTable, notificationTable, preferenceTable } from './store/schema.ts';

describe('notifications', () => {
  let db: TestDatabase;
  let nats: TestNats;
  let broker: Broker;
  let mailbox: Mailbox;
  let served: Served;
  const stops: (() => unknown)[] = [];

  beforeAll(async () => {
    [db, nats, mailbox] = await Promise.all([testDatabase([notificationsMigrations]), startNats(), openMailbox()]);
    broker = await connectNats({ url: nats.url, service: 'notifications', log });
    served = await serve(build().routes, notificationsErrors);
  });
  beforeEach(() => {
    mailbox.mails.length = 0;
    mailbox.answer = undefined;
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await db.sql`truncate notification, outbox, address_book, preference`;
  });
  afterAll(async () => {
    await served.stop();
    await broker.close();
    await Promise.all([nats.stop(), mailbox.close(), db.drop()]);
  });

  function build(maxAttempts = 3, from: TestDatabase | ReturnType<TestDatabase['another']> = db) {
    const mailer = smtpMailer({ url: mailbox.url, from: 'shop@example.com' });
    return buildNotifications({ db: from, mailer, log, maxAttempts, pauseSeconds: 0, leaseSeconds: 60 });
  }

  async function startAll(built = build()) {
    for (const consumer of built.consumers) {
      const { stop } = await startConsumer({ broker, service: 'notifications', consumer, log });
      stops.push(stop);
    }
    for (const { start } of built.background) stops.push((await start()).stop);
  }

  async function happens<D extends DescMessage>(schema: D, message: MessageShape<D>) {
    const row = outboxRow(schema, message);
    await broker.publish(row);
    return row;
  }

  const register = (userId: string, version = 1n) =>
    happens(
      UserRegisteredSchema,
      create(UserRegisteredSchema, { userId, email: `${userId}@example.com`, displayName: 'Ada', version }),
    );
  const confirm = (orderId: string, userId: string) =>
    happens(
      OrderConfirmedSchema,
      create(OrderConfirmedSchema, { orderId, userId, lines: [{ title: 'Compass', quantity: 2n }] }),
    );
  const ship = (orderId: string, userId: string) =>
    happens(OrderShippedSchema, create(OrderShippedSchema, { orderId, userId, trackingNumber: 'TW1' }));

  const rows = () =>
    db.sql<{ id: string; kind: string; state: string; attempts: number; problem: string | null }[]>`
      select id, kind, state, attempts, problem from notification order by id`;
  const outbox = () =>
    db.sql<{ subject: string; headers: Record<string, string> }[]>`select subject, headers from outbox order by seq`;

  it('has the tables that the code names, and its migrations run twice without harm', async () => {
    await migrate(db, notificationsMigrations);
    await expectSchema(db, [addressBookTable, preferenceTable, notificationTable]);
  });

  it('writes one mail per order and kind, however often the event comes', async () => {
    await startAll();
    const [user, order] = [newId(), newId()];
    await register(user);
    const asked = await confirm(order, user);
    for (let repeat = 0; repeat < 3; repeat++) await confirm(order, user);
    await ship(order, user);
    await eventually(async () => expect((await rows()).map(({ state }) => state)).toEqual(['SENT', 'SENT']));
    expect(mailbox.mails.map((mail) => mail.subject?.replace(/[0-9A-F]{8}/, '#')).sort()).toEqual([
      'Your order # is confirmed',
      'Your order # is on its way',
    ]);
    expect(mailbox.mails[0]).toMatchObject({
      to: [{ address: `${user}@example.com` }],
      from: { address: 'shop@example.com' },
    });
    const [event] = await outbox();
    expect(event?.subject).toBe('tradewind.notifications.events.v1.NotificationSent');
    expect(event?.headers).toMatchObject({ 'ce-correlationid': asked.id, 'ce-causationid': asked.id });
  });

  it('keeps an order mail until the address is known', async () => {
    await startAll();
    const [user, order] = [newId(), newId()];
    await confirm(order, user);
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'PENDING', attempts: 0 }]));
    await register(user);
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'SENT' }]));
    expect(mailbox.mails).toHaveLength(1);
  });

  it('writes to the newest address, whatever order the events come in', async () => {
    await startAll();
    const [user, order] = [newId(), newId()];
    const moved = create(UserUpdatedSchema, {
      userId: user,
      email: 'new@example.com',
      displayName: 'Ada',
      version: 2n,
    });
    await happens(UserUpdatedSchema, moved);
    await register(user, 1n);
    await confirm(order, user);
    await eventually(() => expect(mailbox.mails[0]?.to?.[0]?.address).toBe('new@example.com'));
  });

  it('tries again when the mail server cannot, with the same Message-ID, and gives up with an event', async () => {
    mailbox.answer = 451;
    await startAll(build(3));
    const user = newId();
    await register(user);
    await confirm(newId(), user);
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'FAILED', attempts: 3 }]));
    const [row] = await rows();
    expect(mailbox.mails.map((mail) => mail.messageId)).toEqual(Array(3).fill(`<${row?.id}@tradewind>`));
    expect((await outbox()).map(({ subject }) => subject)).toEqual([
      'tradewind.notifications.events.v1.NotificationFailed',
    ]);
  });

  it('gives up at once what the mail server will never take', async () => {
    mailbox.answer = 550;
    await startAll();
    const user = newId();
    await register(user);
    await confirm(newId(), user);
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'FAILED', attempts: 1 }]));
  });

  it('sends once with several senders on one database', async () => {
    const [first, second] = [build(), build(3, db.another())];
    await startAll(first);
    for (const { start } of second.background) stops.push((await start()).stop);
    const user = newId();
    await register(user);
    for (let order = 0; order < 40; order++) await confirm(newId(), user);
    await eventually(async () => expect((await rows()).filter(({ state }) => state === 'SENT')).toHaveLength(40));
    expect(new Set(mailbox.mails.map((mail) => mail.messageId)).size).toBe(40);
    expect(mailbox.mails).toHaveLength(40);
  });

  it('sends a mail again under the same Message-ID when the sender died before it could say so', async () => {
    const user = newId();
    await startAll();
    await register(user);
    await confirm(newId(), user);
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'SENT' }]));
    await db.sql`update notification set state = 'PENDING', sent_at = null, lease_until = now() - interval '1 second'`;
    await eventually(async () => expect(await rows()).toMatchObject([{ state: 'SENT', attempts: 2 }]));
    expect(mailbox.mails).toHaveLength(2);
    expect(new Set(mailbox.mails.map((mail) => mail.messageId)).size).toBe(1);
  });

  it('sends nothing of a muted kind, and nothing to a forgotten person even if an old event comes late', async () => {
    const [muting, forgotten] = [newId(), newId()];
    const client = await served.client(NotificationsService, { user: { id: muting }, service: 'gateway' });
    await client.updatePreferences({ preferences: { mutedKinds: [NotificationKind.ORDER_SHIPPED] } });
    await startAll();
    await register(muting);
    await happens(UserErasedSchema, create(UserErasedSchema, { userId: forgotten, version: 3n }));
    await register(forgotten);
    await ship(newId(), muting);
    await ship(newId(), forgotten);
    await confirm(newId(), muting);
    await eventually(async () => {
      const states = (await rows()).map(({ kind, state }) => `${kind} ${state}`).sort();
      expect(states).toEqual(['ORDER_CONFIRMED SENT', 'ORDER_SHIPPED SUPPRESSED', 'ORDER_SHIPPED SUPPRESSED']);
    });
    expect(mailbox.mails).toHaveLength(1);
  });

  it("lists one's own, page by page, and shows one to its owner and to operators only", async () => {
    await startAll();
    const [user, stranger] = [newId(), newId()];
    await register(user);
    const orders = [newId(), newId(), newId()];
    for (const order of orders) await confirm(order, user);
    await happens(
      OrderCancelledSchema,
      create(OrderCancelledSchema, { orderId: newId(), userId: stranger, reason: 'OUT_OF_STOCK' }),
    );
    await eventually(async () => expect(await rows()).toHaveLength(4));
    const as = (id: string, roles?: string[]) =>
      served.client(NotificationsService, { user: { id, ...(roles && { roles }) }, service: 'gateway' });
    const client = await as(user);

    const first = await client.listNotifications({ pageSize: 2 });
    const second = await client.listNotifications({ pageSize: 2, pageToken: first.nextPageToken });
    const listed = [...first.notifications, ...second.notifications];
    expect(new Set(listed.map(({ orderId }) => orderId))).toEqual(new Set(orders));
    expect(listed.map(({ id }) => id)).toEqual(
      listed
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    expect(second.nextPageToken).toBe('');

    const notificationId = listed[0]?.id ?? '';
    await eventually(async () => {
      const { notification } = await client.getDelivery({ notificationId });
      expect(notification).toMatchObject({ state: NotificationState.SENT, attempts: 1 });
    });
    await expect((await as(stranger, ['OPERATOR'])).getDelivery({ notificationId })).resolves.toBeDefined();
    const refusal = await (await as(stranger)).getDelivery({ notificationId }).catch((error: unknown) => error);
    expect(reasonOf(refusal)).toMatchObject({ reason: 'NOTIFICATION_NOT_FOUND', code: Code.NotFound });
    const stolen = (await as(stranger)).listNotifications({ pageToken: first.nextPageToken });
    expect(reasonOf(await stolen.catch((error: unknown) => error))?.reason).toBe('INVALID_PAGE_TOKEN');
  });

  it('refuses to mute what is always sent', async () => {
    const client = await served.client(NotificationsService, { user: { id: newId() }, service: 'gateway' });
    const call = client.updatePreferences({ preferences: { mutedKinds: [NotificationKind.ORDER_CONFIRMED] } });
    const refusal = await call.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ConnectError);
    expect(reasonOf(refusal)).toMatchObject({ reason: 'KIND_NOT_MUTABLE', metadata: { kind: 'ORDER_CONFIRMED' } });
  });
});
