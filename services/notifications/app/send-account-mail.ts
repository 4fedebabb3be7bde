import { DomainError } from '#chassis/domain-error.ts';
import { type AccountMailName, wordsAbout } from '../domain/account-mails.ts';

export interface SentMails {
  has(requestId: string): Promise<boolean>;
  add(requestId: string): Promise<void>;
}

interface SendAccountMailDeps {
  sent: SentMails;
  /** Resolves to false when the mail server never will take it. */
  send(mail: { messageId: string; to: string; subject: string; text: string }): Promise<boolean>;
}

/** Sends a mail about an account while its caller waits, since nothing of it may be kept. What was sent is not sent again. */
export function sendAccountMail({ sent, send }: SendAccountMailDeps) {
  return async (mail: {
    requestId: string;
    kind: AccountMailName;
    email: string;
    displayName: string;
    link: string;
  }): Promise<void> => {
    if (await sent.has(mail.requestId)) return;
    const words = wordsAbout(mail.kind, mail.displayName, mail.link);
    const isTaken = await send({ messageId: `<${mail.requestId}@tradewind>`, to: mail.email, ...words });
    if (!isTaken) throw new DomainError('MAIL_REFUSED');
    await sent.add(mail.requestId);
  };
}
