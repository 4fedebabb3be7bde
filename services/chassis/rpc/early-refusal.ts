import type { DescMessage } from '@bufbuild/protobuf';
import { fromBinary, fromJsonString } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from './access-error.ts';
import { codeName } from './code-name.ts';
import { undecodable, undecodableJson } from './undecodable.ts';

/** A call that the library below us refused before our chain saw it: its own code and words, and what is known of the request. */
export interface Refused {
  code: Code;
  message: string;
  /** What the RPC takes; undefined when there is no such RPC. */
  schema?: DescMessage;
  /** The messages that may not have been decoded, and whether they are JSON. */
  messages?: readonly Uint8Array[];
  isJson?: boolean;
  correlationId: string;
}

/** The longest message that is read, in bytes. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/**
 * Makes of a bare refusal the error that every caller gets: a code that says whose mistake it is, words, exactly one ErrorInfo, and the fields where there are any.
 * The libraries tell these cases apart by their words only, which the tests over every protocol hold to.
 */
export function earlyRefusal(refused: Refused): ConnectError {
  const { code, message } = refused;
  if (/configured readMaxBytes|^Received message (larger than|that decompresses to)/.test(message)) {
    const limit = { max_bytes: String(MAX_MESSAGE_BYTES) };
    return told(
      'MESSAGE_TOO_LARGE',
      Code.InvalidArgument,
      `the message is larger than ${MAX_MESSAGE_BYTES} bytes`,
      limit,
    );
  }
  if (/timeout value|^timeout \d+ms/.test(message)) {
    const words = 'the header connect-timeout-ms or grpc-timeout holds no time that can be waited for';
    return told('INVALID_TIMEOUT', Code.InvalidArgument, words);
  }
  const decoding = undecoded(refused);
  if (decoding) return decoding;
  if (/compress/.test(message)) {
    return told(
      'ENCODING_UNSUPPORTED',
      Code.Unimplemented,
      'messages are read as they are (identity), never compressed',
    );
  }
  if (code === Code.InvalidArgument || /^protocol error|request message for/.test(message)) {
    return told('MALFORMED_REQUEST', Code.InvalidArgument, `the request is not one that can be read: ${message}`);
  }
  if (code === Code.Internal || code === Code.Unknown) {
    const correlation = { correlation_id: refused.correlationId };
    return told('INTERNAL', Code.Internal, 'something went wrong on our side', correlation);
  }
  return told(reasonFor(code), code, message);
}

/** The reason of an error that has none but its code, as in `DEADLINE_EXCEEDED`. */
export function reasonFor(code: Code): string {
  return codeName(code);
}

function told(reason: string, code: Code, message: string, metadata: Record<string, string> = {}): ConnectError {
  return new ConnectError(message, code, undefined, [
    { desc: ErrorInfoSchema, value: { reason, domain: MESH_DOMAIN, metadata } },
  ]);
}

/** The error for the first message that cannot be decoded, when that is what was wrong. */
function undecoded({ code, schema, messages = [], isJson }: Refused): ConnectError | undefined {
  if (!schema || (code !== Code.InvalidArgument && code !== Code.Internal)) return undefined;
  for (const bytes of messages) {
    try {
      if (isJson) fromJsonString(schema, textOf(bytes), { ignoreUnknownFields: true });
      else fromBinary(schema, bytes);
    } catch (error) {
      return isJson ? undecodableJson(schema, textOf(bytes), error) : undecodable(schema, bytes, error);
    }
  }
  return undefined;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
