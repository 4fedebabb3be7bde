import type { Duplex } from 'node:stream';
import { Code, ConnectError } from '@connectrpc/connect';
import { errorToJson } from '@connectrpc/connect/protocol-connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from './access-error.ts';
import { CORRELATION_HEADER, correlationId } from './correlation.ts';
import { countRefused, type RefusedFor } from './refused-requests.ts';

/** What Node could not read, by the code of its error. */
const UNREADABLE: Readonly<Record<string, { status: string; reason: RefusedFor; message: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    reason: 'headers_too_large',
    message: 'the headers are larger than is read',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: '413 Content Too Large',
    reason: 'body_too_large',
    message: 'the extensions of a chunk are larger than is read',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    reason: 'too_slow',
    message: 'the request took too long to arrive',
  },
};

const MALFORMED = { status: '400 Bad Request', reason: 'malformed', message: 'the request is not HTTP' } as const;

/** Answers on a connection of HTTP/1 whose bytes are no request, with the error that every caller gets, and ends it: where the next request begins nobody can tell. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, reason, message } = UNREADABLE[error.code ?? ''] ?? MALFORMED;
  endWith(socket, status, reason, message);
}

/** Says on a bare connection why it is ended. */
export function endWith(socket: Duplex, status: string, reason: RefusedFor, message: string): void {
  countRefused(reason);
  const correlation = correlationId(undefined);
  const code = status.startsWith('4') ? Code.InvalidArgument : Code.Unavailable;
  const value = { reason: reason.toUpperCase(), domain: MESH_DOMAIN, metadata: { correlation_id: correlation } };
  const told = new ConnectError(message, code, undefined, [{ desc: ErrorInfoSchema, value }]);
  const body = `${JSON.stringify(errorToJson(told, undefined))}\n`;
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `${CORRELATION_HEADER}: ${correlation}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
