import type { DescService, Message } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import { CORRELATION_HEADER } from './correlation.ts';
import { type Received, receivedKey } from './early-refusals.ts';
import type { Handler } from './handlers.ts';
import type { Incoming } from './interceptor.ts';
import { relayable } from './relayable.ts';
import { ServedCall } from './served-call.ts';

/** Makes of our handlers what connect-node serves. Streams that are open are kept in `streams`, so that they can be ended. */
export function implementationOf(
  handlers: readonly Handler[],
  streams: Set<ServedCall>,
): Partial<ServiceImpl<DescService>> {
  const methods: Record<string, unknown> = Object.fromEntries(
    handlers.map((handler) => [handler.rpc.method.localName, adapt(handler, streams)]),
  );
  return methods as Partial<ServiceImpl<DescService>>;
}

function adapt(handler: Handler, streams: Set<ServedCall>) {
  const { rpc, handle } = handler;
  if (rpc.method.methodKind === 'unary' || rpc.method.methodKind === 'client_streaming') {
    return async (request: Incoming, context: HandlerContext) => {
      const failed = context.values.get(receivedKey)?.failed;
      if (failed) {
        copyHeaders(failed.call, context);
        throw relayable(failed.error);
      }
      const call = begin(handler, context);
      try {
        const answer = await handle(call, readable(request, context, call));
        call.answered();
        return answer;
      } catch (error) {
        throw relayable(error);
      } finally {
        copyHeaders(call, context);
      }
    };
  }
  return async function* stream(request: Incoming, context: HandlerContext) {
    const call = begin(handler, context);
    streams.add(call);
    try {
      const answers = (await handle(call, readable(request, context, call))) as AsyncIterable<Message>;
      copyHeaders(call, context);
      yield* answers;
      call.answered();
    } catch (error) {
      copyHeaders(call, context);
      throw relayable(error);
    } finally {
      streams.delete(call);
    }
  };
}

/** A message of a client's stream that cannot be read fails inside our chain, which would take it for a fault of ours. */
function readable(request: Incoming, context: HandlerContext, call: ServedCall): Incoming {
  const received = context.values.get(receivedKey);
  if (!received) return request;
  if (Symbol.asyncIterator in request) return readableStream(request, received, call);
  received.body.decoded();
  return request;
}

async function* readableStream(requests: AsyncIterable<Message>, received: Received, call: ServedCall) {
  try {
    yield* requests;
  } catch (error) {
    if (!(error instanceof ConnectError) || error.details.length > 0) throw error;
    const told = received.explain(error);
    call.refuse(told);
    throw told;
  }
}

function begin({ rpc }: Handler, context: HandlerContext): ServedCall {
  const left = context.timeoutMs();
  const call = new ServedCall(
    rpc,
    { get: (name) => context.requestHeader.get(name) ?? undefined },
    left === undefined ? undefined : Date.now() + left,
    context.values.get(receivedKey)?.peer,
  );
  context.signal.addEventListener('abort', () => {
    const { reason } = context.signal;
    const isLate = reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
    if (isLate) call.cancel('the deadline passed', Code.DeadlineExceeded);
    else call.cancel('the caller is gone', Code.Canceled);
  });
  return call;
}

function copyHeaders(call: ServedCall, context: HandlerContext): void {
  context.responseHeader.set(CORRELATION_HEADER, call.correlationId);
  for (const [name, value] of call.sentHeaders ?? []) context.responseHeader.set(name, value);
}
