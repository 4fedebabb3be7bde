import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { type ConnectError, createContextKey, createContextValues } from '@connectrpc/connect';
import type { Peer } from '../tls/peer.ts';
import { CORRELATION_HEADER, correlationId } from './correlation.ts';
import { earlyRefusal } from './early-refusal.ts';
import { ReceivedBody } from './received-body.ts';
import type { Failed } from './unary-shortcut.ts';
import { type UniversalHandler, type UniversalRequest, type UniversalResponse, withErrors } from './wire-errors.ts';

/** Where the implementation of an RPC finds what its caller sent. */
export const receivedKey = createContextKey<Received | undefined>(undefined);

/** A request as it came: what an error about it can be explained with. */
export interface Received {
  readonly body: ReceivedBody;
  readonly peer: Peer | undefined;
  /** The call that was made of it already, and only has its error to be told. */
  readonly failed: Failed | undefined;
  /** The error that says why connect-node could not read the request. */
  explain(error: ConnectError): ConnectError;
}

/**
 * connect-node reads and decodes a request before our chain sees it. What it refuses leaves without details, and bytes that are no message leave as INTERNAL.
 * Whatever our chain refuses has an ErrorInfo; an error that has none is therefore explained here.
 */
export function explained(
  handler: UniversalHandler,
): (request: UniversalRequest, peer?: Peer, failed?: Failed) => Promise<UniversalResponse> {
  const allowed = methodsOf(handler);
  return async (request, peer, failed) => {
    const type = request.header.get('content-type') ?? '';
    const body = new ReceivedBody(type.startsWith('application/grpc') || type.startsWith('application/connect'));
    let correlation: string | undefined;
    const explain = (error: ConnectError) => {
      correlation ??= correlationId(request.header.get(CORRELATION_HEADER));
      const sent =
        request.method === 'GET' ? inQuery(request.url) : { messages: body.messages(), isJson: type.includes('json') };
      const schema = handler.method.input;
      return earlyRefusal({ code: error.code, message: error.rawMessage, schema, ...sent, correlationId: correlation });
    };
    const response = allowed.includes(request.method)
      ? await handler({
          ...request,
          body: body.watch(request.body as AsyncIterable<Uint8Array>),
          contextValues: createContextValues().set(receivedKey, { body, peer, failed, explain }),
        })
      : { status: 405, header: new Headers({ allow: allowed.join(', ') }) };
    return withErrors(response, (error) => {
      const told = explain(error);
      if (correlation) {
        response.header?.set(CORRELATION_HEADER, correlation);
        told.metadata.set(CORRELATION_HEADER, correlation);
      }
      return told;
    });
  };
}

/** The methods of HTTP that an RPC is called with. connect-node names GET for streams too, and then refuses it for another reason. */
function methodsOf({ method: { idempotency, methodKind } }: UniversalHandler): string[] {
  return methodKind === 'unary' && idempotency === Idempotency.NO_SIDE_EFFECTS ? ['GET', 'POST'] : ['POST'];
}

/** Where Connect's GET has its message. */
function inQuery(url: string): { messages: Uint8Array[]; isJson: boolean } {
  const { searchParams } = new URL(url);
  const message = searchParams.get('message') ?? '';
  const bytes = Buffer.from(message, searchParams.get('base64') === '1' ? 'base64url' : 'utf8');
  return { messages: [bytes], isJson: searchParams.get('encoding') === 'json' };
}
