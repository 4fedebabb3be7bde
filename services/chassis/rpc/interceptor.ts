import type { Message } from '@bufbuild/protobuf';
import type { Call, Rpc } from './call.ts';

/** What a call brings: one message, or many when the client streams. */
export type Incoming = Message | AsyncIterable<Message>;

/** What a call answers: one message, or many when the server streams. */
export type Outgoing = Message | AsyncIterable<Message>;

/** The rest of the chain, the implementation at its end. */
export type Next = (call: Call, request: Incoming) => Promise<Outgoing>;

/** One concern around every call. Given the RPC once, at start-up, it may prepare what each call then only uses. */
export type Interceptor = (rpc: Rpc) => (next: Next) => Next;

/** Composes a chain around `last`; the first interceptor is the outermost. */
export function compose(rpc: Rpc, interceptors: readonly Interceptor[], last: Next): Next {
  return interceptors.reduceRight((next, interceptor) => interceptor(rpc)(next), last);
}
