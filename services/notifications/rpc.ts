/** The RPCs of notifications: each maps, asks the store, maps back. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '#chassis/domain-error.ts';
import { requireUser } from '#chassis/rpc/call.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import {
  NotificationKind,
  type NotificationSchema,
  NotificationState,
} from '#gen/tradewind/notifications/v1/notifications_pb.ts';
import {
  AccountMailKind,
  type NotificationsService,
} from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import type { NotificationStore } from './app/ports.ts';
import type { sendAccountMail } from './app/send-account-mail.ts';
import { type AccountMailName, accountMailNames } from './domain/account-mails.ts';
import { subjectOf } from './domain/mails.ts';
import { isMutable, type Kind, kinds, type Notification } from './domain/notification.ts';
import { pageTokenOf, readPageToken } from './page-token.ts';

const DEFAULT_PAGE = 50;

export function notificationsRpc(
  store: NotificationStore,
  mailAbout: ReturnType<typeof sendAccountMail>,
): ServiceImpl<typeof NotificationsService> {
  return {
    async listNotifications({ pageSize, pageToken }, call) {
      const { id: userId } = requireUser(call);
      const size = pageSize || DEFAULT_PAGE;
      const found = await store.list(userId, readPageToken(pageToken, userId), size + 1);
      const page = found.slice(0, size);
      const last = found.length > size ? page.at(-1) : undefined;
      return { notifications: page.map(toMessage), nextPageToken: last ? pageTokenOf(userId, last.id) : '' };
    },

    async updatePreferences({ preferences }, call) {
      const { id: userId } = requireUser(call);
      const muted = (preferences?.mutedKinds ?? []).map(kindOf);
      const fixed = muted.find((kind) => !isMutable(kind));
      if (fixed) throw new DomainError('KIND_NOT_MUTABLE', { kind: fixed });
      await store.mute(userId, muted);
      return { preferences: { mutedKinds: muted.map((kind) => NotificationKind[kind]) } };
    },

    async sendAccountMail({ requestId, kind, email, displayName, link }) {
      await mailAbout({ requestId, kind: accountMailKindOf(kind), email, displayName, link });
      return {};
    },

    async getDelivery({ notificationId }, call) {
      const { id: userId, roles } = requireUser(call);
      const notification = await store.find(notificationId);
      if (!notification || (notification.userId !== userId && !roles.includes('OPERATOR')))
        throw new DomainError('NOTIFICATION_NOT_FOUND');
      return { notification: toMessage(notification) };
    },
  };
}

function accountMailKindOf(value: AccountMailKind): AccountMailName {
  const name = accountMailNames.find((each) => AccountMailKind[each] === value);
  if (!name) throw new Error(`Validation lets no kind ${value} through`);
  return name;
}

function kindOf(value: number): Kind {
  const kind = kinds.find((each) => NotificationKind[each] === value);
  if (!kind) throw new Error(`Validation lets no kind ${value} through`);
  return kind;
}

function toMessage(notification: Notification): MessageInitShape<typeof NotificationSchema> {
  const { id, userId, orderId, kind, state, attempts, createTime, sendTime } = notification;
  return {
    id,
    userId,
    orderId,
    kind: NotificationKind[kind],
    state: NotificationState[state],
    subject: subjectOf(notification),
    createTime: timestampFromDate(createTime),
    sendTime: sendTime && timestampFromDate(sendTime),
    attempts,
  };
}
