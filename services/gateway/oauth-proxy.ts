import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { type HttpHandler, type HttpRequest, type HttpResponse, sendJson } from '#chassis/rpc/plain-http.ts';
import type { MeshIdentity } from '#chassis/tls/mesh-identity.ts';
import { serverCheck } from '#chassis/tls/server-check.ts';

export interface OAuthProxyOptions {
  /** The HTTP ports of identity's instances, as in `http://10.0.0.1:8080`. */
  targets: readonly string[];
  /** With it they are spoken to over mutual TLS. */
  identity?: MeshIdentity | undefined;
  /** How long a request may take to arrive, and its answer to begin; 10 s when unset. */
  timeoutMs?: number;
}

/** What of the authorization server can be reached from outside, by path. Its addresses are those of the keys unless others are given. */
export function oauthPages(
  config: { UPSTREAM_IDENTITY_HTTP?: string | undefined; JWKS_URL?: string | undefined },
  identity?: MeshIdentity,
): Record<string, HttpHandler> {
  const { UPSTREAM_IDENTITY_HTTP: given, JWKS_URL: keys } = config;
  const targets = given?.split(',').map((address) => `http://${address}`) ?? (keys ? [new URL(keys).origin] : []);
  const proxy = oauthProxy({ targets, identity });
  return { '/oauth2/*': proxy, '/.well-known/openid-configuration': proxy };
}

/** Requests here are forms of a few fields. */
const MOST_BYTES = 64 * 1024;
const TIMEOUT_MS = 10_000;

/** What speaks of one connection only (RFC 9110, 7.6.1), and what a client writes of where it comes from. */
const NOT_PASSED_ON =
  /^(:.*|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|host|forwarded|x-forwarded-.*)$/;
/** Which pages may read an answer is said here already, for all of them. */
const NOT_GIVEN_BACK = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|access-control-.*)$/;

/**
 * Hands a request on to identity as it is, and its answer back as it comes. The body is taken in whole before identity hears of it, so that a slow client holds
 * nothing but its own connection, and so that a request whose connection could not be made can go to another instance.
 */
export function oauthProxy(options: OAuthProxyOptions): HttpHandler {
  const { targets, timeoutMs = TIMEOUT_MS } = options;
  let turn = 0;
  return async (request, response) => {
    const body = await bodyOf(request, timeoutMs);
    if (typeof body === 'string') return refuse(response, BODY_REFUSALS[body]);
    const first = turn++;
    for (let tries = 0; tries < targets.length; tries++) {
      const target = targets[(first + tries) % targets.length] ?? '';
      const answer = await ask(target, request, body, options.identity, timeoutMs);
      if (answer === 'unreachable') continue;
      if (typeof answer === 'string') return refuse(response, ANSWER_REFUSALS[answer]);
      return giveBack(answer, response);
    }
    refuse(response, UNREACHABLE);
  };
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const BODY_REFUSALS: Record<'long' | 'slow' | 'broken', Refusal> = {
  long: { status: 413, code: 'invalid_argument', message: `a request here holds at most ${MOST_BYTES} bytes` },
  slow: { status: 408, code: 'deadline_exceeded', message: 'the request did not arrive in time' },
  broken: { status: 400, code: 'invalid_argument', message: 'the request broke off' },
};
const UNREACHABLE: Refusal = { status: 503, code: 'unavailable', message: 'nobody can sign in now' };
const ANSWER_REFUSALS: Record<'late' | 'broken', Refusal> = {
  late: { status: 504, code: 'deadline_exceeded', message: 'no answer came in time' },
  broken: { status: 502, code: 'unavailable', message: 'the answer broke off' },
};

function refuse(response: HttpResponse, { status, code, message }: Refusal): void {
  sendJson(response, status, { code, message });
}

async function bodyOf(request: HttpRequest, timeoutMs: number): Promise<Buffer | keyof typeof BODY_REFUSALS> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => end('slow'), timeoutMs);
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_BYTES) end('long');
      else chunks.push(chunk);
    };
    const end = (outcome: Buffer | keyof typeof BODY_REFUSALS) => {
      clearTimeout(timer);
      request.off('data', take);
      // What still comes is let pass, so that the answer can be read.
      request.resume();
      resolve(outcome);
    };
    request.on('data', take);
    request.once('end', () => end(Buffer.concat(chunks)));
    request.once('error', () => end('broken'));
    request.once('close', () => end('broken'));
  });
}

/** Sends a request on, and gives the answer once its head is there. */
function ask(
  target: string,
  request: HttpRequest,
  body: Buffer,
  identity: MeshIdentity | undefined,
  timeoutMs: number,
): Promise<IncomingMessage | 'unreachable' | keyof typeof ANSWER_REFUSALS> {
  return new Promise((resolve) => {
    const options = {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: { ...passedOn(request.headers), 'content-length': body.length },
      // A connection for each request: they are few, and one that was kept may end just when it is used again.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    };
    const { hostname, port } = new URL(target);
    const to = { ...options, hostname, port };
    const secured = identity && { ...identity.current(), checkServerIdentity: serverCheck(identity, 'identity') };
    const asked = secured ? requestHttps({ ...to, ...secured }) : requestHttp(to);
    let isConnected = false;
    asked.once('socket', (socket) => socket.once(secured ? 'secureConnect' : 'connect', () => (isConnected = true)));
    asked.once('response', resolve);
    asked.once('error', (error) => {
      if (error.name === 'AbortError' || error.name === 'TimeoutError') resolve('late');
      else resolve(isConnected ? 'broken' : 'unreachable');
    });
    asked.end(body);
  });
}

function passedOn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const ofConnection = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(/\s*,\s*/),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.test(name) && !ofConnection.has(name)),
  );
}

async function giveBack(answer: IncomingMessage, response: HttpResponse): Promise<void> {
  response.statusCode = answer.statusCode ?? 502;
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !NOT_GIVEN_BACK.test(name)) response.setHeader(name, value);
  }
  // Whoever is gone, on either side, ends the other too.
  await pipeline(answer, response).catch(() => response.destroy());
}
