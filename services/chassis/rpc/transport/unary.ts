import { Code, ConnectError } from '@connectrpc/connect';
import type { Client, ClientUnaryCall, Metadata } from '@grpc/grpc-js';
import { connectErrorOf } from './status-error.ts';

/** Bytes in, bytes out: messages are serialised once, outside, so that a retry does not do it again. */
export const identity = (bytes: Buffer): Buffer => bytes;

/** Looks at bytes as a Buffer without copying them. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export interface UnaryReply {
  bytes: Buffer;
  header: Metadata | undefined;
  trailer: Metadata | undefined;
}

/** A request on its way. */
export interface UnarySending {
  /** Rejects with a ConnectError. */
  readonly reply: Promise<UnaryReply>;
  /** Tells the other side that nobody waits any more; the reply then rejects. */
  cancel(): void;
}

/** Sends one request once. */
export function sendUnary(
  client: Client,
  path: string,
  request: Buffer,
  metadata: Metadata,
  deadline: number | undefined,
  signal: AbortSignal | undefined,
): UnarySending {
  let cancel = () => {};
  const reply = new Promise<UnaryReply>((resolve, reject) => {
    let header: Metadata | undefined;
    let trailer: Metadata | undefined;
    const options = deadline === undefined ? {} : { deadline };
    const call: ClientUnaryCall = client.makeUnaryRequest(
      path,
      identity,
      identity,
      request,
      metadata,
      options,
      (error, bytes) => {
        signal?.removeEventListener('abort', cancel);
        if (error !== null) reject(connectErrorOf(error));
        else if (bytes === undefined) reject(new ConnectError('no message received', Code.Unimplemented));
        // The status event follows this callback in the same tick, so the trailers are there when the promise resolves.
        else
          resolve({
            bytes,
            header,
            get trailer() {
              return trailer;
            },
          });
      },
    );
    cancel = () => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    call.on('metadata', (received: Metadata) => {
      header = received;
    });
    call.on('status', (status: { metadata: Metadata }) => {
      trailer = status.metadata;
    });
  });
  return { reply, cancel };
}
