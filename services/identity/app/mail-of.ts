import { newId } from '#chassis/ids.ts';
import { currentCall } from '#chassis/rpc/call.ts';
import type { AccountMail } from './ports.ts';

/** How long a mailed link opens something. */
export const LINK_MS = 30 * 60_000;
/** How long a mail that only tells something is worth sending. */
const NEWS_MS = 24 * 3_600_000;

/** A mail to be sent soon. One with a link is of no use once the person has asked for another. */
export function mailOf(kind: AccountMail['kind'], to: { userId: string; email: string }, now: Date): AccountMail {
  const hasLink = kind === 'PASSWORD_RESET' || kind === 'EMAIL_CONFIRMATION';
  const expireTime = new Date(now.getTime() + (hasLink ? LINK_MS : NEWS_MS));
  const id = newId();
  return { id, kind, ...to, correlationId: currentCall()?.correlationId ?? id, expireTime };
}
