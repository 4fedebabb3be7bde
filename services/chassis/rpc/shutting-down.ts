import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from './access-error.ts';

const PAUSE_MS = 200;

/** Ends a stream because its process stops: UNAVAILABLE, and when to open it again, at another instance or the next one. Each caller hears another time, so that they do not all come at once. */
export function shuttingDown(): ConnectError {
  const pauseMs = Math.round(PAUSE_MS * (0.5 + Math.random()));
  return new ConnectError('the server is shutting down: open the stream again', Code.Unavailable, undefined, [
    { desc: ErrorInfoSchema, value: { reason: 'SHUTTING_DOWN', domain: MESH_DOMAIN } },
    { desc: RetryInfoSchema, value: { retryDelay: { seconds: 0n, nanos: pauseMs * 1_000_000 } } },
  ]);
}
