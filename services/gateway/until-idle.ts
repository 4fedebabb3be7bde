import { Code, ConnectError } from '@connectrpc/connect';
import { MESH_DOMAIN } from '#chassis/rpc/access-error.ts';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

/** The same messages, ended with an error when none comes for so long: nobody holds a connection, and a call behind it, for nothing. Who still wants it opens it again. */
export async function* untilIdle<T>(messages: AsyncIterable<T>, ms: number, idle: AbortController): AsyncIterable<T> {
  const end = () =>
    idle.abort(
      new ConnectError('nothing came on this stream for long: open it again', Code.Unavailable, undefined, [
        { desc: ErrorInfoSchema, value: { reason: 'STREAM_IDLE', domain: MESH_DOMAIN } },
      ]),
    );
  const timer = setTimeout(end, ms).unref();
  try {
    for await (const message of messages) {
      timer.refresh();
      yield message;
    }
  } catch (failure) {
    throw idle.signal.aborted ? idle.signal.reason : failure;
  } finally {
    clearTimeout(timer);
  }
}
