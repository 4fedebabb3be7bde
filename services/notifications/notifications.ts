/** The composition root of notifications: ties stores, consumers, sender and RPCs together. */
import type { Database } from '#chassis/db/connect.ts';
import type { Logger } from '#chassis/log.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import type { BuiltService, ServiceDefinition } from '#chassis/service.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { notificationsConfig } from './config.ts';
import { notificationsErrors } from './errors.ts';
import { orderConsumer } from './events/on-order.ts';
import { userConsumer } from './events/on-user.ts';
import { type Mailer, smtpMailer } from './mailer.ts';
import { notificationsRpc } from './rpc.ts';
import { createSender } from './sender.ts';
import { addressBook } from './store/address-book.ts';
import { deliveryQueue } from './store/delivery-queue.ts';
import { notificationStore } from './store/notification-store.ts';

export const notificationsMigrations = new URL('./store/migrations/', import.meta.url);

/** The service over a database and a mailer. */
export function buildNotifications(options: {
  db: Database;
  mailer: Mailer;
  log: Logger;
  maxAttempts: number;
  pauseSeconds: number;
  leaseSeconds: number;
}): Required<Pick<BuiltService, 'routes' | 'consumers' | 'background'>> {
  const { db, leaseSeconds } = options;
  const store = notificationStore(db);
  const sender = createSender({ ...options, queue: deliveryQueue(db, leaseSeconds) });
  return {
    routes: [implement(NotificationsService, notificationsRpc(store))],
    consumers: [userConsumer(addressBook(db), sender.wake), orderConsumer(store, sender.wake)],
    background: [{ name: 'mail sender', start: sender.start }],
  };
}

export const notifications: ServiceDefinition<typeof notificationsConfig> = {
  name: 'notifications',
  config: notificationsConfig,
  migrations: notificationsMigrations,
  errors: notificationsErrors,
  build: ({ config, db, log }) =>
    buildNotifications({
      db,
      log,
      mailer: smtpMailer({ url: config.SMTP_URL, from: config.MAIL_FROM }),
      maxAttempts: config.MAIL_ATTEMPTS,
      pauseSeconds: config.MAIL_RETRY_SECONDS,
      leaseSeconds: config.MAIL_LEASE_SECONDS,
    }),
};
