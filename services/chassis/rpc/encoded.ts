import { type DescMessage, type Message, toBinary } from '@bufbuild/protobuf';

const bytesOf = new WeakMap<Message, Uint8Array>();

/** Remembers the bytes that a message was read from, for one that is passed on as it is: to put it into bytes again is most of what passing on costs. Nobody may change it from now on. */
export function readFrom<M extends Message>(message: M, bytes: Uint8Array): M {
  bytesOf.set(message, bytes);
  return message;
}

/** A message in binary: the bytes it was read from where they are known. */
export function encoded(schema: DescMessage, message: Message): Uint8Array {
  return bytesOf.get(message) ?? toBinary(schema, message);
}
