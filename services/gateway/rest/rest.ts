import type { Message } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { CORRELATION_HEADER, correlationId } from '#chassis/rpc/correlation.ts';
import type { Handler } from '#chassis/rpc/handlers.ts';
import { type HttpHandler, type HttpRequest, type HttpResponse, headerOf } from '#chassis/rpc/plain-http.ts';
import { LONGEST_TIMER_MS, ServedCall } from '#chassis/rpc/served-call.ts';
import { answerJson, sendAnswer, sendError } from './answer.ts';
import { sendStream } from './answer-stream.ts';
import { bindingsOf, type HttpBinding, restTable } from './binding.ts';
import { HttpRefusal } from './http-refusal.ts';
import { readJsonBody, readJsonLines } from './request-body.ts';
import { messageOfLine, type RequestParts, requestMessage } from './request-message.ts';
import { type SuccessorLink, successorLinks } from './successor.ts';

const TIMEOUT_HEADER = 'connect-timeout-ms';
/** As much as a request line of HTTP/1 may have. */
const LONGEST_URL = 16_384;

/**
 * Answers plain HTTP and JSON at the paths that contracts declare with `google.api.http`; every path of theirs begins with a version, and below those nothing else is
 * served. It only carries messages to the chain of each RPC and back, as every other face does: who may call, what is valid, when time is up and where the call goes
 * on to is decided there. Open streams are kept in `streams`, so that they can be ended.
 */
export function restFace(
  handlers: readonly Handler[],
  streams: Set<ServedCall>,
): Readonly<Record<string, HttpHandler>> {
  const table = restTable(handlers);
  const successorOf = successorLinks(handlers);
  const answer: HttpHandler = async (request, response) => {
    const { method = '', url = '' } = request;
    const [path, query] = splitUrl(url);
    const requestId = correlationId(headerOf(request, CORRELATION_HEADER));
    try {
      if (url.length > LONGEST_URL)
        throw new HttpRefusal('URI_TOO_LONG', `an address may have no more than ${LONGEST_URL} characters`);
      const found = table.find(method === 'HEAD' ? 'GET' : method, path);
      if (found.kind === 'malformed')
        throw new HttpRefusal('MALFORMED_REQUEST', 'the path is not percent-encoded UTF-8');
      if (found.kind === 'unknown') throw new HttpRefusal('NOT_FOUND', 'nothing is served at this path');
      if (found.kind === 'other method') return otherMethod(request, response, withHead(found.allowed));
      const { handler, binding } = found.value;
      const address = { variables: found.variables, query };
      await serve(handler, binding, address, successorOf(handler.rpc), request, response, requestId, streams);
    } catch (failure) {
      if (response.headersSent) response.destroy();
      else sendError(request, response, failure, requestId);
    }
  };
  return Object.fromEntries(versionsOf(handlers).map((version) => [`/${version}/*`, answer]));
}

/** `v1`, `v2`: what paths begin with. */
function versionsOf(handlers: readonly Handler[]): string[] {
  const paths = handlers.flatMap(({ rpc }) => bindingsOf(rpc.method).map(({ path }) => path));
  const versions = new Set(paths.map((path) => /^\/(v\d+)\//.exec(path)?.[1] ?? ''));
  if (versions.has('')) throw new Error('a path of google.api.http begins with no version, as /v1/orders does');
  return [...versions];
}

async function serve(
  { rpc, handle }: Handler,
  binding: HttpBinding,
  address: Pick<RequestParts, 'variables' | 'query'>,
  successor: SuccessorLink | undefined,
  request: HttpRequest,
  response: HttpResponse,
  requestId: string,
  streams: Set<ServedCall>,
): Promise<void> {
  const { method } = rpc;
  const streamsOut = method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming';
  const streamsIn = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
  if (streamsOut && request.method === 'HEAD') return otherMethod(request, response, [binding.method]);
  const get = (name: string) => (name === CORRELATION_HEADER ? requestId : headerOf(request, name));
  const call = new ServedCall(rpc, { get }, deadlineOf(get(TIMEOUT_HEADER)));
  response.once('close', () => call.cancel('the caller is gone', Code.Canceled));
  const message = streamsIn
    ? linesOf(request, call)
    : requestMessage(method.input, binding, {
        ...address,
        body: await readJsonBody(request),
        idempotencyKey: get('idempotency-key'),
      });
  const copyHeaders = () => {
    response.setHeader(CORRELATION_HEADER, requestId);
    for (const [name, value] of call.sentHeaders ?? []) response.setHeader(name, value);
    const link = successor?.(address.variables);
    if (link !== undefined) response.setHeader('link', link);
  };
  if (streamsOut) streams.add(call);
  try {
    const answer = await handle(call, message);
    copyHeaders();
    if (Symbol.asyncIterator in answer) await sendStream(request, response, method, answer, () => requestId);
    else sendAnswer(request, response, 200, answerJson(method.output, answer, binding.responseBody));
    call.answered();
  } catch (failure) {
    if (!response.headersSent) copyHeaders();
    throw failure;
  } finally {
    streams.delete(call);
  }
}

/** A client's stream: a message a line. What cannot be read ends the call with an error of its own. */
async function* linesOf(request: HttpRequest, call: ServedCall): AsyncIterable<Message> {
  try {
    for await (const line of readJsonLines(request)) yield messageOfLine(call.rpc.method.input, line);
  } catch (failure) {
    if (failure instanceof ConnectError) call.refuse(failure);
    throw failure;
  }
}

/** What can be got can be asked for without its body. */
function withHead(methods: readonly string[]): string[] {
  return methods.includes('GET') ? [...methods, 'HEAD'] : [...methods];
}

function otherMethod(request: HttpRequest, response: HttpResponse, methods: readonly string[]): void {
  const allowed = [...methods, 'OPTIONS'].sort().join(', ');
  response.setHeader('allow', allowed);
  if (request.method !== 'OPTIONS')
    throw new HttpRefusal('METHOD_NOT_ALLOWED', `this path is called with ${allowed}`, { allow: allowed });
  response.statusCode = 204;
  response.end();
}

function splitUrl(url: string): [path: string, query: string] {
  const [path = '', ...query] = url.split('?');
  return [path, query.join('?')];
}

/** Asked for as Connect does; the contract's own deadline holds where nothing is. */
function deadlineOf(timeout: string | undefined): number | undefined {
  if (timeout === undefined) return undefined;
  const ms = /^\d{1,10}$/.test(timeout) ? Number(timeout) : Number.NaN;
  if (ms <= LONGEST_TIMER_MS) return Date.now() + ms;
  throw new HttpRefusal('INVALID_TIMEOUT', `the header ${TIMEOUT_HEADER} holds no time that can be waited for`);
}
