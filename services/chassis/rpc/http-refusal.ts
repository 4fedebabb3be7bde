import { Code, ConnectError } from '@connectrpc/connect';
import { errorToJson } from '@connectrpc/connect/protocol-connect';
import { setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from './access-error.ts';
import { CORRELATION_HEADER, correlationId } from './correlation.ts';
import { earlyRefusal } from './early-refusal.ts';
import { type HttpHandler, type HttpRequest, type HttpResponse, sendJson } from './plain-http.ts';

/** Answers a request that is no call of any RPC with an error as every caller gets it. */
export async function refuse(request: HttpRequest, response: HttpResponse, status: number, error: ConnectError) {
  const correlation = correlationId(String(request.headers[CORRELATION_HEADER] ?? ''));
  response.setHeader(CORRELATION_HEADER, correlation);
  const told =
    error.details.length > 0
      ? error
      : earlyRefusal({ code: error.code, message: error.rawMessage, correlationId: correlation });
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/grpc')) return sendJson(response, status, errorToJson(told, undefined));
  // For gRPC a refusal is a good answer of HTTP.
  const trailer = setTrailerStatus(new Headers(), told);
  const header = new Headers({ 'content-type': type, [CORRELATION_HEADER]: correlation });
  await universalResponseToNodeResponse({ status: 200, header, trailer }, response);
}

/** There is no such page, or no such RPC: who posts wanted one. */
export function refuseUnknown(request: HttpRequest, response: HttpResponse): Promise<void> {
  const code = request.method === 'POST' ? Code.Unimplemented : Code.NotFound;
  // Without its query, which may hold what nobody else is to read.
  const path = request.url?.split('?', 1)[0];
  return refuse(request, response, 404, new ConnectError(`nothing is served at ${path}`, code));
}

/** A page that is only looked at: whoever would do anything else is told so. */
export function reading(page: HttpHandler): HttpHandler {
  return (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return page(request, response);
    response.setHeader('allow', 'GET, HEAD');
    const value = { reason: 'METHOD_NOT_ALLOWED', domain: MESH_DOMAIN, metadata: { allow: 'GET, HEAD' } };
    const error = new ConnectError('this page is only read', Code.Unimplemented, undefined, [
      { desc: ErrorInfoSchema, value },
    ]);
    return refuse(request, response, 405, error);
  };
}
