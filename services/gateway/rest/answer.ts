/** Writes what an RPC answered, once: the message, or why there is none. */
import { type DescField, type DescMessage, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import { CORRELATION_HEADER } from '#chassis/rpc/correlation.ts';
import { earlyRefusal } from '#chassis/rpc/early-refusal.ts';
import { isKnown } from '#chassis/rpc/not-modified.ts';
import type { HttpRequest, HttpResponse } from '#chassis/rpc/plain-http.ts';
import { errorBody, errorHeaders } from './error-body.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** As Connect writes it; a single field where the contract says that it is the answer. */
export function answerJson(schema: DescMessage, message: Message, only: DescField | undefined): JsonValue {
  if (!only) return toJson(schema, message) as JsonValue;
  const whole = toJson(schema, message, { alwaysEmitImplicit: true }) as Record<string, JsonValue>;
  return whole[only.jsonName] ?? null;
}

export function sendAnswer(request: HttpRequest, response: HttpResponse, status: number, json: unknown): void {
  const etag = response.getHeader('etag');
  if (status === 200 && isKnown(request, typeof etag === 'string' ? etag : undefined)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  const bytes = Buffer.from(`${JSON.stringify(json)}\n`);
  response.statusCode = status;
  response.setHeader('content-type', JSON_TYPE);
  response.setHeader('content-length', bytes.length);
  if (request.method === 'HEAD') response.end();
  else response.end(bytes);
}

export function sendError(request: HttpRequest, response: HttpResponse, failure: unknown, requestId: string): void {
  const body = errorBody(outwardError(failure, requestId), requestId);
  for (const [name, value] of errorHeaders(body)) response.setHeader(name, value);
  response.setHeader(CORRELATION_HEADER, requestId);
  // What is left of a body that nobody reads would be taken for the next request.
  if (!request.complete && request.httpVersionMajor === 1) response.setHeader('connection', 'close');
  sendAnswer(request, response, body.error.code, body);
}

/** What a caller may see of a failure. Those of the chain are fit to be shown as they are; any other is ours. */
export function outwardError(failure: unknown, requestId: string): ConnectError {
  const error = ConnectError.from(failure);
  if (error.details.length > 0) return error;
  return earlyRefusal({ code: error.code, message: error.rawMessage, correlationId: requestId });
}
