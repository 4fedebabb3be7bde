import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { type TestDatabase, testDatabase } from '#chassis/testing/postgres.ts';
import { quietLog as log } from '#chassis/testing/quiet-log.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { AccountMailKind, NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { notificationsErrors } from './errors.ts';
import { type Mailbox, openMailbox } from './mailbox.fixture.ts';
import { smtpMailer } from './mailer.ts';
import { buildNotifications, notificationsMigrations } from './notifications.ts';

const LINK = `https://shop.example/reset-password#token=${'x'.repeat(43)}`;
const ada = { email: 'ada@example.org', displayName: 'Ada Łovelace' };

let db: TestDatabase;
let mailbox: Mailbox;
let served: Served;
const mailers: { close(): void }[] = [];

function mailerTo(url: string) {
  const mailer = smtpMailer({ url, from: 'Tradewind <shop@example.com>' });
  mailers.push(mailer);
  return mailer;
}

const serveWith = (mailer: ReturnType<typeof mailerTo>) => {
  const { routes } = buildNotifications({ db, mailer, log, maxAttempts: 3, pauseSeconds: 0, leaseSeconds: 60 });
  return serve(routes, notificationsErrors);
};

beforeAll(async () => {
  [db, mailbox] = await Promise.all([testDatabase([notificationsMigrations]), openMailbox()]);
  served = await serveWith(mailerTo(mailbox.url));
});
beforeEach(() => {
  mailbox.mails.length = 0;
  mailbox.answer = undefined;
});
afterAll(async () => {
  await served.stop();
  for (const mailer of mailers) mailer.close();
  await Promise.all([mailbox.close(), db.drop()]);
});

const send = async (kind: AccountMailKind, { requestId = newId(), link = '', by = served } = {}) => {
  const notifications = await by.client(NotificationsService, { service: 'identity' });
  return notifications.sendAccountMail({ requestId, kind, ...ada, link }).then(() => undefined, reasonOf);
};

test.each([
  [AccountMailKind.PASSWORD_RESET, LINK, 'Set a new password'],
  [AccountMailKind.EMAIL_CONFIRMATION, LINK, 'Confirm your e-mail address'],
  [AccountMailKind.EMAIL_CHANGED, '', 'Your e-mail address was changed'],
  [AccountMailKind.PASSWORD_CHANGED, '', 'Your password was changed'],
])('a mail of kind %i is in the mailbox when its caller is answered, its link whole', async (kind, link, subject) => {
  const requestId = newId();
  expect(await send(kind, { requestId, link })).toBeUndefined();
  expect(mailbox.mails).toMatchObject([
    {
      subject,
      from: { name: 'Tradewind', address: 'shop@example.com' },
      to: [{ address: ada.email }],
      messageId: `<${requestId}@tradewind>`,
    },
  ]);
  const lines = mailbox.mails[0]?.text?.split(/\r?\n/) ?? [];
  expect(lines[0]).toBe('Hello Ada Łovelace,');
  expect(lines.filter((line) => line.startsWith('https://'))).toEqual(link ? [link] : []);
});

test('a mail that was sent is not sent again, and nothing it said is kept', async () => {
  const requestId = newId();
  for (let times = 0; times < 3; times++)
    expect(await send(AccountMailKind.PASSWORD_RESET, { requestId, link: LINK })).toBeUndefined();
  expect(mailbox.mails).toHaveLength(1);
  const kept = await db.sql<{ row: string }[]>`select row::text from account_mail_sent as row`;
  expect(kept.filter(({ row }) => row.includes(requestId))).toHaveLength(1);
  expect(JSON.stringify(kept)).not.toMatch(/token|ada@/);
});

test('a mail the server never will take is refused for good', async () => {
  mailbox.answer = 550;
  expect(await send(AccountMailKind.PASSWORD_CHANGED)).toMatchObject({
    code: Code.FailedPrecondition,
    reason: 'MAIL_REFUSED',
  });
});

test('a mail the server does not take now may be sent again under the same id, and then is', async () => {
  const requestId = newId();
  mailbox.answer = 451;
  expect(await send(AccountMailKind.PASSWORD_RESET, { requestId, link: LINK })).toMatchObject({
    code: Code.Unavailable,
  });
  mailbox.answer = undefined;
  expect(await send(AccountMailKind.PASSWORD_RESET, { requestId, link: LINK })).toBeUndefined();
  // The client itself tries three times.
  expect(mailbox.mails.map(({ messageId }) => messageId)).toEqual(Array(4).fill(`<${requestId}@tradewind>`));
});

test('without a mail server the caller is told to come again', async () => {
  const gone = await openMailbox();
  await gone.close();
  const alone = await serveWith(mailerTo(gone.url));
  expect(await send(AccountMailKind.PASSWORD_CHANGED, { by: alone })).toMatchObject({ code: Code.Unavailable });
  await alone.stop();
});
