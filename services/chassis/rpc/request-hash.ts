import { createHash } from 'node:crypto';
import { type DescMessage, type Message, toBinary } from '@bufbuild/protobuf';

/** SHA-256 over a request: equal for equal requests, so that a replay can be told from a request_id used for something else. */
export function requestHash(schema: DescMessage, request: Message): Uint8Array {
  return createHash('sha256').update(toBinary(schema, request)).digest();
}
