import { create } from '@bufbuild/protobuf';
import { causedBy } from '#chassis/events/current-event.ts';
import type { Logger } from '#chassis/log.ts';
import { outboxRow } from '#chassis/outbox/append.ts';
import { withRemoteTrace } from '#chassis/telemetry.ts';
import {
  NotificationFailedSchema,
  NotificationSentSchema,
} from '#gen/tradewind/notifications/events/v1/notifications_events_pb.ts';
import { wordsOf } from './domain/mails.ts';
import { type Mailer, MailRefused } from './mailer.ts';
import type { DeliveryQueue, Due } from './store/delivery-queue.ts';

const AT_A_TIME = 16;
const LOOK_EVERY_MS = 1000;
const LONGEST_PAUSE_SECONDS = 600;

export interface Sender {
  /** Has it look now. */
  wake(): void;
  start(): { stop(): Promise<void> };
}

/** Sends what is due, beside everything else: a mail server that is slow or away delays mails and nothing else. */
export function createSender(options: {
  queue: DeliveryQueue;
  mailer: Mailer;
  log: Logger;
  maxAttempts: number;
  /** The first pause after a failure, doubled each time. */
  pauseSeconds: number;
}): Sender {
  const { queue, mailer, log, maxAttempts, pauseSeconds } = options;
  let stopped = true;
  let again = false;
  let running: Promise<void> | undefined;

  async function send(due: Due): Promise<void> {
    const { notification, recipient } = due;
    const { id, userId, orderId, kind, attempts } = notification;
    const about = { notificationId: id, userId, orderId, kind };
    try {
      await mailer.send({ messageId: `<${id}@tradewind>`, to: recipient.email, ...wordsOf(notification, recipient) });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (error instanceof MailRefused || attempts >= maxAttempts) {
        log.error({ err: error, notification: id, attempts }, 'gave a notification up');
        const event = create(NotificationFailedSchema, { ...about, problem });
        return queue.failed(due, problem, outboxRow(NotificationFailedSchema, event));
      }
      log.warn({ err: error, notification: id, attempts }, 'could not send a notification');
      return queue.postponed(due, problem, Math.min(pauseSeconds * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS));
    }
    await queue.sent(due, outboxRow(NotificationSentSchema, create(NotificationSentSchema, about)));
  }

  /** Sends as a part of the story that asked for it. */
  async function sendInContext(due: Due): Promise<void> {
    const { eventId, correlationId, traceparent, notification } = due;
    const attributes = { 'notification.id': notification.id, 'notification.kind': notification.kind };
    await causedBy({ id: eventId, correlationId }, () =>
      withRemoteTrace(traceparent, `send ${notification.kind}`, attributes, () => send(due)),
    );
  }

  async function work(): Promise<void> {
    try {
      while (again && !stopped) {
        again = false;
        const due = await queue.take(AT_A_TIME);
        const ends = await Promise.allSettled(due.map(sendInContext));
        for (const end of ends)
          if (end.status === 'rejected') log.warn({ err: end.reason }, 'could not record a delivery');
        if (due.length === AT_A_TIME) again = true;
      }
    } catch (error) {
      log.warn({ err: error }, 'could not look for notifications to send');
    } finally {
      running = undefined;
    }
  }

  function wake(): void {
    if (stopped) return;
    again = true;
    running ??= work();
  }

  return {
    wake,
    start() {
      stopped = false;
      wake();
      const timer = setInterval(wake, LOOK_EVERY_MS);
      return {
        async stop() {
          stopped = true;
          clearInterval(timer);
          await running;
          mailer.close();
        },
      };
    },
  };
}
