import { type DescMessage, fromBinary, type Message } from '@bufbuild/protobuf';
import { undecodable } from './undecodable.ts';

/**
 * Decodes a message that came in binary. Bytes that are not one are the caller's mistake: INVALID_ARGUMENT, with the first field that does not fit its type named
 * as far as it can be found.
 */
export function decode(schema: DescMessage, bytes: Uint8Array): Message {
  try {
    return fromBinary(schema, bytes);
  } catch (error) {
    throw undecodable(schema, bytes, error);
  }
}
