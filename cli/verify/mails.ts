/** Asks the local mail server which mails arrived. */
import { createHash } from 'node:crypto';
import { NotAnswering } from '../failure.ts';

export interface ArrivedMail {
  id: string;
  to: string;
  subject: string;
}

export async function keptMails(mailUrl: string): Promise<ArrivedMail[]> {
  const response = await fetch(new URL('/mails', mailUrl)).catch((cause: unknown) => {
    throw new NotAnswering(`The mail server at ${new URL(mailUrl).host}`, cause);
  });
  if (!response.ok) throw new Error(`the mail server answers ${response.status}`);
  return (await response.json()) as ArrivedMail[];
}

/** The name under which the mail server keeps the mail of a notification: both know its Message-ID. */
export function mailIdOf(notificationId: string): string {
  return createHash('sha256').update(`<${notificationId}@tradewind>`).digest('hex').slice(0, 24);
}
