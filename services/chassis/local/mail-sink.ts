import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { type KeptMail, mailListPage, mailPage } from './mail-pages.ts';

/**
 * A real mail server for a laptop: takes every mail, keeps each as a file, shows them on a page and as JSON. A mail that comes twice with the same Message-ID
 * is kept once, as a mailbox does.
 */
export async function startMailSink(options: { directory: string; smtpPort: number; httpPort: number }) {
  mkdirSync(options.directory, { recursive: true });
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        keep(options.directory, Buffer.concat(chunks));
        done();
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    smtp.once('error', reject);
    smtp.listen(options.smtpPort, '127.0.0.1', () => resolve());
  });
  const http = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/mails')
      return send(response, 'application/json', JSON.stringify(await keptMails(options.directory)));
    const id = /^\/mails\/([a-f0-9]+)$/.exec(path)?.[1];
    const mail = id ? (await keptMails(options.directory)).find((each) => each.id === id) : undefined;
    if (mail) return send(response, 'text/html; charset=utf-8', mailPage(mail));
    if (path === '/')
      return send(response, 'text/html; charset=utf-8', mailListPage(await keptMails(options.directory)));
    response.statusCode = 404;
    send(response, 'text/plain', `no mail at ${path}\n`);
  });
  await new Promise<void>((resolve, reject) =>
    http.once('error', reject).listen(options.httpPort, '127.0.0.1', resolve),
  );
  return {
    async stop() {
      http.close();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
}

/** Every mail kept in a folder, newest first. */
async function keptMails(directory: string): Promise<KeptMail[]> {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((name) => name.endsWith('.eml'));
  const mails = await Promise.all(
    files.map(async (name) => {
      const file = join(directory, name);
      const mail = await PostalMime.parse(readFileSync(file));
      return {
        id: name.slice(0, -'.eml'.length),
        time: statSync(file).mtime.toISOString(),
        from: mail.from?.address ?? '',
        to: mail.to?.map(({ address }) => address).join(', ') ?? '',
        subject: mail.subject ?? '',
        text: mail.text ?? '',
      };
    }),
  );
  return mails.sort((a, b) => b.time.localeCompare(a.time));
}

function keep(directory: string, mail: Buffer): void {
  const messageId = /^message-id:\s*(\S+)/im.exec(mail.subarray(0, 16_384).toString('latin1'))?.[1];
  const id = createHash('sha256')
    .update(messageId ?? mail)
    .digest('hex')
    .slice(0, 24);
  const file = join(directory, `${id}.eml`);
  if (!existsSync(file)) writeFileSync(file, mail);
}

function send(response: ServerResponse, type: string, body: string): void {
  response.setHeader('content-type', type);
  response.end(body);
}
