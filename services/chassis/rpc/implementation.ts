import type { DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import type { GenService, GenServiceMethods } from '@bufbuild/protobuf/codegenv2';
import type { Call } from './call.ts';

type Method<M> = M extends {
  methodKind: infer K;
  input: infer I extends DescMethod['input'];
  output: infer O extends DescMethod['output'];
}
  ? K extends 'unary'
    ? (request: MessageShape<I>, call: Call) => Promise<MessageInitShape<O>>
    : K extends 'server_streaming'
      ? (request: MessageShape<I>, call: Call) => AsyncIterable<MessageInitShape<O>>
      : K extends 'client_streaming'
        ? (requests: AsyncIterable<MessageShape<I>>, call: Call) => Promise<MessageInitShape<O>>
        : (requests: AsyncIterable<MessageShape<I>>, call: Call) => AsyncIterable<MessageInitShape<O>>
  : never;

/** What a service writes: one function per RPC of its contract, whichever face a call comes through. */
export type ServiceImpl<S extends DescService> = { [K in keyof S['method']]: Method<S['method'][K]> };

/** A contract together with its implementation. */
export interface Route {
  readonly service: DescService;
  readonly impl: Record<string, (request: never, call: Call) => unknown>;
}

/** Ties an implementation to its contract; the compiler names what is missing. */
export function implement<M extends GenServiceMethods>(
  service: GenService<M>,
  impl: ServiceImpl<GenService<M>>,
): Route {
  return { service, impl: impl as Route['impl'] };
}
