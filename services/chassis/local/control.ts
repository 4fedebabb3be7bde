/** How other commands ask a running supervisor for something: over HTTP on the loopback address, with a word that only the owner of the data folder can read. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { listen } from '../rpc/listen.ts';
import type { Control } from './mesh-file.ts';
import type { Restarted } from './rolling-restart.ts';

/** The restart that was asked for did not happen, or not wholly. */
class RestartFailed extends Error {}

/** A line of the answer: something happened, or the end. */
type Line = { said: string } | { restarted: Restarted[] } | { problem: string };

type Restart = (service: string | undefined, say: (line: string) => void) => Promise<Restarted[]>;

/** Takes requests until stopped. */
export async function serveControl(restart: Restart): Promise<{ control: Control; stop(): void }> {
  const secret = randomBytes(24).toString('base64url');
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!isAllowed(request, secret) || request.method !== 'POST' || url.pathname !== '/restart') {
      response.statusCode = 404;
      response.end();
      return;
    }
    const tell = (line: Line) => response.write(`${JSON.stringify(line)}\n`);
    try {
      tell({ restarted: await restart(url.searchParams.get('service') ?? undefined, (said) => tell({ said })) });
    } catch (error) {
      tell({ problem: error instanceof Error ? error.message : String(error) });
    }
    response.end();
  });
  const port = await listen(server, 0, '127.0.0.1');
  return {
    control: { url: `http://127.0.0.1:${port}`, secret },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Has the supervisor restart one service or all; `say` is told of each instance. Throws RestartFailed. */
export async function askRestart(
  { url, secret }: Control,
  service: string | undefined,
  say: (line: string) => void,
): Promise<Restarted[]> {
  const query = service === undefined ? '' : `?${new URLSearchParams({ service })}`;
  const answer = await fetch(`${url}/restart${query}`, { method: 'POST', headers: { authorization: secret } });
  if (!answer.ok || !answer.body) throw new RestartFailed(`The supervisor answers ${answer.status}.`);
  for await (const text of createInterface({ input: Readable.fromWeb(answer.body as ReadableStream) })) {
    const line = JSON.parse(text) as Line;
    if ('said' in line) say(line.said);
    else if ('problem' in line) throw new RestartFailed(line.problem);
    else return line.restarted;
  }
  throw new RestartFailed('The supervisor ended before the restart did.');
}

function isAllowed({ headers }: IncomingMessage, secret: string): boolean {
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(secret);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
