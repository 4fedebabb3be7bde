/** What callers of notifications take for given in their pacts. */
import { create, toBinary } from '@bufbuild/protobuf';
import { newId } from '#chassis/ids.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { OrderShippedSchema } from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import { notifications } from '../notifications.ts';
import { sentAccountMails } from '../store/sent-account-mails.ts';

export const notificationsProvider: PactProvider = {
  definition: notifications,
  environment: { SMTP_URL: 'smtp://127.0.0.1:1' },
  states({ client, built, db }) {
    const subscriptions = (built.consumers ?? []).flatMap(({ subjects }) => subjects);
    return {
      'no notifications': async () => undefined,
      // There is no mail server here: what was sent is not sent again.
      'a mail about an account that was sent': () => sentAccountMails(db).add(ids.request),
      async 'a notification of a shipped order'() {
        const event = create(OrderShippedSchema, {
          orderId: ids.order,
          userId: ids.user,
          trackingNumber: 'TW0000000001',
        });
        const type = OrderShippedSchema.typeName;
        const meta = { id: newId(), type, subject: ids.order, time: new Date(), attempts: 1, correlationId: newId() };
        for (const { schema, handle } of subscriptions.filter((each) => each.schema.typeName === type)) {
          await handle(toBinary(schema, event), { ...meta, causationId: undefined });
        }
        const ada = await client(NotificationsService, { service: 'gateway', user: { id: ids.user } });
        const { notifications: told } = await ada.listNotifications({});
        return { notification: told[0]?.id ?? '' };
      },
    };
  },
};
