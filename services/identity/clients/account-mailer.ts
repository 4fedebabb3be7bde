import { type Client, Code } from '@connectrpc/connect';
import { reasonOf } from '#chassis/domain-error.ts';
import type { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { AccountMailKind } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import type { AccountMailer } from '../app/send-account-mails.ts';

/** Has notifications send mails about accounts. */
export function accountMailer(
  notifications: Pick<Client<typeof NotificationsService>, 'sendAccountMail'>,
): AccountMailer {
  return {
    async send({ id: requestId, kind, email, displayName, link }) {
      try {
        await notifications.sendAccountMail({ requestId, kind: AccountMailKind[kind], email, displayName, link });
      } catch (error) {
        // There is no such mailbox, and trying again would not make one.
        if (reasonOf(error)?.code !== Code.FailedPrecondition) throw error;
      }
    },
  };
}
