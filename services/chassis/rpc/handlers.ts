import type { Message } from '@bufbuild/protobuf';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { crashPoint } from '../faults/crash-points.ts';
import type { Call, Rpc } from './call.ts';
import type { Route } from './implementation.ts';
import { compose, type Interceptor, type Next, type Outgoing } from './interceptor.ts';
import { rpcsOf } from './rpcs.ts';

/** An RPC ready to be served: its chain with the implementation at the end. Faces only carry messages to it and back. */
export interface Handler {
  readonly rpc: Rpc;
  readonly handle: Next;
}

/** Composes the chain of every RPC, once. Throws when a contract leaves an RPC's access open or an implementation is missing. */
export function createHandlers(routes: readonly Route[], interceptors: readonly Interceptor[]): Handler[] {
  return routes.flatMap(({ service, impl }) =>
    rpcsOf(service).map((rpc) => {
      const implementation = impl[rpc.method.localName];
      if (!implementation) throw new Error(`${rpc.name} is not implemented`);
      return { rpc, handle: compose(rpc, interceptors, last(rpc, implementation as Implementation)) };
    }),
  );
}

type Implementation = (request: unknown, call: Call) => unknown;

/** Calls the implementation and makes whole messages of what it answers. */
function last({ name, method }: Rpc, implementation: Implementation): Next {
  const point = `rpc:${name}:answer`;
  const message = (init: unknown) => create(method.output, init as MessageInitShape<typeof method.output>);
  if (method.methodKind === 'unary' || method.methodKind === 'client_streaming') {
    return async (call, request) => {
      const answer = await implementation(request, call);
      crashPoint(point);
      return message(answer);
    };
  }
  return async (call, request): Promise<Outgoing> =>
    messages(implementation(request, call) as AsyncIterable<unknown>, message);
}

async function* messages(answers: AsyncIterable<unknown>, message: (init: unknown) => Message): AsyncIterable<Message> {
  for await (const answer of answers) yield message(answer);
}
