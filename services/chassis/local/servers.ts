/** The servers that services stand on: PostgreSQL, the broker and the mail server, or those that the environment names. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';
import { keptServer } from './kept-server.ts';
import { startNatsServer } from './nats-server.ts';
import type { PortPlan } from './ports.ts';
import { ensureDatabase, startPostgres } from './postgres.ts';
import { services } from './topology.ts';

export interface ServerOptions {
  directory: string;
  ports: PortPlan;
  /** Takes what ends a server. */
  stops: (() => Promise<void>)[];
  say(line: string): void;
  /** A server runs in this process now. */
  runs(name: string, pid: number): void;
}

/** Answers the address of each service's database. */
export async function startDatabases(options: ServerOptions): Promise<Record<string, string>> {
  const { directory, ports, stops, say, runs } = options;
  const owners = services.filter(({ database }) => database).map(({ name }) => name);
  const external = (name: string) => process.env[`DATABASE_URL_${name.toUpperCase()}`];
  if (owners.every(external)) return Object.fromEntries(owners.map((name) => [name, external(name) ?? '']));
  const begin = Date.now();
  const port = await ports.take();
  const { server, stop } = await keptServer(
    () => startPostgres({ directory: join(directory, 'postgres'), port }),
    ({ pid }) => {
      runs('postgres', pid);
      say('PostgreSQL ended; started again');
    },
  );
  stops.push(stop);
  runs('postgres', server.pid);
  for (const name of owners) if (!external(name)) await ensureDatabase(server, name);
  say(`PostgreSQL on port ${server.port} (${seconds(begin)})`);
  return Object.fromEntries(owners.map((name) => [name, external(name) ?? server.url(name)]));
}

/** Answers the broker's address. */
export async function startBroker(options: ServerOptions): Promise<string> {
  const { directory, ports, stops, say, runs } = options;
  if (process.env.NATS_URL) return process.env.NATS_URL;
  const begin = Date.now();
  const port = await ports.take();
  const { server, stop } = await keptServer(
    () => startNatsServer({ directory: join(directory, 'nats'), port }),
    ({ pid }) => {
      runs('nats', pid);
      say('NATS ended; started again');
    },
  );
  stops.push(stop);
  runs('nats', server.pid);
  say(`NATS with JetStream on port ${server.port} (${seconds(begin)})`);
  return server.url;
}

/** Answers where mails go, and where they can be seen. */
export async function startMail(options: ServerOptions): Promise<{ smtpUrl: string; mailUrl: string | undefined }> {
  const { directory, ports, stops, say, runs } = options;
  if (process.env.SMTP_URL) return { smtpUrl: process.env.SMTP_URL, mailUrl: undefined };
  const smtpPort = await ports.take();
  const httpPort = await ports.take();
  const main = fileURLToPath(new URL('./mail-sink-main.ts', import.meta.url));
  const child = new Child({
    name: 'mail',
    args: [main, join(directory, 'mails'), String(smtpPort), String(httpPort)],
    env: {},
    logFile: join(directory, 'logs', 'mail.log'),
    onRestart(how, pid) {
      runs('mail', pid);
      say(`the mail server ${how}; started again`);
    },
  });
  stops.push(() => child.stop(2_000));
  runs('mail', child.pid);
  say(`mail server on port ${smtpPort}, its mails at http://localhost:${httpPort}`);
  return { smtpUrl: `smtp://127.0.0.1:${smtpPort}`, mailUrl: `http://localhost:${httpPort}` };
}

/** How long it has been, to be read. */
export function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
