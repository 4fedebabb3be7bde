/** The composition root of notifications: ties stores, consumers, sender and RPCs together. */
import { Code, ConnectError } from '@connectrpc/connect';
import type { Database } from '#chassis/db/connect.ts';
import type { Logger } from '#chassis/log.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import type { BuiltService, ServiceDefinition } from '#chassis/service.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { sendAccountMail } from './app/send-account-mail.ts';
import { notificationsConfig } from './config.ts';
import { notificationsErrors } from './errors.ts';
import { orderConsumer } from './events/on-order.ts';
import { userConsumer } from './events/on-user.ts';
import { type Mailer, MailRefused, smtpMailer } from './mailer.ts';
import { notificationsRpc } from './rpc.ts';
import { createSender } from './sender.ts';
import { addressBook } from './store/address-book.ts';
import { deliveryQueue } from './store/delivery-queue.ts';
import { notificationStore } from './store/notification-store.ts';
import { sentAccountMails } from './store/sent-account-mails.ts';

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
  const mailAbout = sendAccountMail({
    sent: sentAccountMails(db),
    send: (mail) =>
      options.mailer.send(mail).then(
        () => true,
        (error: unknown) => {
          if (error instanceof MailRefused) return false;
          throw new ConnectError('no mail can be sent now', Code.Unavailable, undefined, undefined, error);
        },
      ),
  });
  return {
    routes: [implement(NotificationsService, notificationsRpc(store, mailAbout))],
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
