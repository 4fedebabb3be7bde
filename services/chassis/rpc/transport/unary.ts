import { Code, ConnectError } from '@connectrpc/connect';
import { type Client, type Metadata, status } from '@grpc/grpc-js';
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

/**
 * Sends one request once. This goes to the channel itself: what grpc-js puts between, interceptors and an emitter and a stack trace kept
 * for each call, would cost more than all the rest of a call here.
 */
export function sendUnary(
  client: Client,
  path: string,
  request: Buffer,
  metadata: Metadata,
  deadline: number | undefined,
  signal: AbortSignal | undefined,
): UnarySending {
  const call = client.getChannel().createCall(path, deadline ?? Infinity, undefined, null, undefined);
  const cancel = () => call.cancelWithStatus(status.CANCELLED, 'cancelled by the caller');
  signal?.addEventListener('abort', cancel, { once: true });
  const reply = new Promise<UnaryReply>((resolve, reject) => {
    let header: Metadata | undefined;
    let bytes: Buffer | undefined;
    call.start(metadata, {
      onReceiveMetadata(received) {
        header = received;
      },
      onReceiveMessage(message: Buffer) {
        bytes = message;
      },
      onReceiveStatus(end) {
        signal?.removeEventListener('abort', cancel);
        if (end.code !== status.OK) reject(connectErrorOf(end));
        else if (bytes === undefined) reject(new ConnectError('no message received', Code.Unimplemented));
        else resolve({ bytes, header, trailer: end.metadata });
      },
    });
  });
  call.startRead();
  call.sendMessageWithContext({}, request);
  call.halfClose();
  return { reply, cancel };
}
