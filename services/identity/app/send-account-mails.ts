import { randomBytes } from 'node:crypto';
import type { Clock } from '#chassis/clock.ts';
import type { Running } from '#chassis/life-cycle.ts';
import type { Logger } from '#chassis/log.ts';
import { bearerHash } from './bearer-hash.ts';
import { LINK_MS } from './mail-of.ts';
import type { AccountMail, AccountMails } from './ports.ts';

/** Hands mails over. Resolves when the mail is on its way, or never will be. */
export interface AccountMailer {
  send(mail: AccountMail & { displayName: string; link: string }): Promise<void>;
}

const LOOK_EVERY_MS = 1_000;
const AT_A_TIME = 8;
/** Longer than notifications may take. */
const LEASE_SECONDS = 30;
const LONGEST_PAUSE_SECONDS = 120;

const LINKS = {
  PASSWORD_RESET: { page: '/reset-password', kind: 'PASSWORD_RESET' },
  EMAIL_CONFIRMATION: { page: '/confirm-email', kind: 'EMAIL_CHANGE' },
} as const;

/**
 * Hands over mails that wait, and makes their links: only at this moment, so that none lies anywhere. What the link holds comes after `#`, which browsers
 * keep to themselves.
 */
export function sendAccountMails(deps: {
  mails: AccountMails;
  mailer: AccountMailer;
  issuer: string;
  clock: Clock;
  log: Logger;
}): Running {
  const { mails, mailer, issuer, clock, log } = deps;

  async function linkOf({ kind, userId, email }: AccountMail): Promise<string> {
    if (kind !== 'PASSWORD_RESET' && kind !== 'EMAIL_CONFIRMATION') return '';
    const { page, kind: opens } = LINKS[kind];
    const token = randomBytes(32).toString('base64url');
    const expireTime = new Date(clock.now().getTime() + LINK_MS);
    const forEmail = opens === 'EMAIL_CHANGE' ? email : null;
    await mails.keepLink({ tokenHash: bearerHash(token), kind: opens, userId, email: forEmail, expireTime });
    return `${issuer}${page}#token=${token}`;
  }

  async function send(mail: AccountMail & { displayName: string; attempts: number }): Promise<void> {
    try {
      await mailer.send({ ...mail, link: await linkOf(mail) });
      await mails.done(mail.id);
    } catch (error) {
      log.warn({ err: error, mail: mail.kind, attempts: mail.attempts }, 'a mail about an account waits');
      await mails.postponed(mail.id, Math.min(2 ** (mail.attempts - 1), LONGEST_PAUSE_SECONDS));
    }
  }

  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    try {
      await Promise.all((await mails.take(AT_A_TIME, LEASE_SECONDS)).map(send));
    } catch (error) {
      log.warn({ err: error }, 'could not look for mails about accounts');
    }
    if (!stopped) timer = setTimeout(() => (turn = look()), LOOK_EVERY_MS);
  };
  let turn = look();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
