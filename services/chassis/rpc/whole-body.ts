import type { HttpRequest } from './plain-http.ts';

/** What has come of a request's body: all of it, or as much as was asked for. */
export interface ReceivedBytes {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/** Reads a body to its end, or until it is too long: there are more than `most` bytes, or the first say that there will be. What then follows stays unread. Undefined when the caller left before. */
export function readWhole(
  request: HttpRequest,
  most: number,
  isTooLong: (beginning: Buffer) => boolean,
): Promise<ReceivedBytes | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (isWhole: boolean | undefined) => {
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      if (isWhole === undefined) return resolve(undefined);
      const [first] = chunks;
      resolve({ bytes: chunks.length === 1 && first ? first : Buffer.concat(chunks), isWhole });
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= most && !(chunks.length === 1 && isTooLong(chunk))) return;
      request.pause();
      settle(false);
    };
    const onEnd = () => settle(true);
    const onGone = () => settle(undefined);
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

/** The body as a stream, whose beginning has been read. */
export async function* followedBy({ bytes, isWhole }: ReceivedBytes, request: HttpRequest): AsyncGenerator<Uint8Array> {
  yield bytes;
  if (!isWhole) yield* request as AsyncIterable<Uint8Array>;
}
