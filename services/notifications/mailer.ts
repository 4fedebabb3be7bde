import { createTransport } from 'nodemailer';

/** A mail that is to leave. */
export interface Mail {
  /** The same each time the same message is sent, so that a repeat after a crash can be recognised. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
}

/** Sends mails. Resolves when the mail server took the mail. Throws MailRefused when it never will. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** The mail server will not take this mail, however often it is asked. */
export class MailRefused extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'MailRefused';
  }
}

/** Sends through an SMTP server, over a few connections that are kept. */
export function smtpMailer(options: { url: string; from: string }): Mailer {
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 5000,
    greetingTimeout: 5000,
    socketTimeout: 20_000,
  });
  return {
    async send({ messageId, to, subject, text }) {
      try {
        await transport.sendMail({ messageId, from: options.from, to, subject, text });
      } catch (error) {
        throw error instanceof Error && isPermanent(error) ? new MailRefused(error) : error;
      }
    },
    close: () => transport.close(),
  };
}

/** SMTP answers of 500 and above say that trying again is of no use (RFC 5321, 4.2.1). */
function isPermanent(error: Error): boolean {
  return 'responseCode' in error && typeof error.responseCode === 'number' && error.responseCode >= 500;
}
