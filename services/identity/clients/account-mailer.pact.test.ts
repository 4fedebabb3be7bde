import { createClient } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { pactBetween } from '#chassis/testing/pact/consumer.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import { AccountMailKind, NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { accountMailer } from './account-mailer.ts';

const pact = pactBetween('identity', 'notifications', import.meta.url);

test('a mail about an account is handed over', async () => {
  const mail = { email: 'ada@example.org', displayName: 'Ada', link: 'https://shop.example/reset-password#token=abc' };
  const handedOver = pact.call(
    NotificationsService.method.sendAccountMail,
    'a mail about an account is sent',
    {
      given: 'a mail about an account that was sent',
      request: { requestId: ids.request, kind: AccountMailKind.PASSWORD_RESET, ...mail },
      answer: {},
    },
    (to) =>
      accountMailer(createClient(NotificationsService, to)).send({
        ...mail,
        id: ids.request,
        kind: 'PASSWORD_RESET',
        userId: ids.user,
        correlationId: ids.request,
        expireTime: new Date(),
      }),
  );
  await expect(handedOver).resolves.toBeUndefined();
});

pact.settled();
