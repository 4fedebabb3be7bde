import { createClient, createRouterTransport } from '@connectrpc/connect';
import type { ServiceDeps } from '#chassis/service.ts';
import {
  NotificationsService,
  type SendAccountMailRequest,
} from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import type { identityConfig } from './config.ts';

/** Stands in for notifications: takes mails about accounts, and keeps them for a test to read. */
export function postbox() {
  const mails: SendAccountMailRequest[] = [];
  const transport = createRouterTransport(({ service }) =>
    service(NotificationsService, {
      sendAccountMail(mail) {
        mails.push(mail);
        return {};
      },
    }),
  );
  const client: ServiceDeps<typeof identityConfig>['client'] = (service) => createClient(service, transport);
  return { mails, client };
}

/** What the link of a mail opens something with. */
export function tokenOf(mail: SendAccountMailRequest | undefined): string {
  return mail?.link.split('#token=')[1] ?? '';
}
