import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server for tests: keeps every transmission, repeats too, and can be told to answer badly. */
export interface Mailbox {
  url: string;
  mails: Email[];
  /** Answers the next transmissions with this code, after taking them in. Undefined: all is well. */
  answer: number | undefined;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          mails.push(mail);
          if (mailbox.answer === undefined) done();
          else done(Object.assign(new Error('told to refuse'), { responseCode: mailbox.answer }));
        });
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    answer: undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return mailbox;
}
