import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type DescMethod, type Message, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerInterceptingCall,
  type ServerInterceptor,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { createListener } from '../tls/listener.ts';
import type { MeshIdentity } from '../tls/mesh-identity.ts';
import { type Peer, peerOf } from '../tls/peer.ts';
import { CORRELATION_HEADER, correlationId } from './correlation.ts';
import { decode } from './decode.ts';
import { earlyRefusal, MAX_MESSAGE_BYTES } from './early-refusal.ts';
import type { Handler } from './handlers.ts';
import { listen } from './listen.ts';
import { allowResets } from './resets.ts';
import { ServedCall } from './served-call.ts';
import { shuttingDown } from './shutting-down.ts';
import { STATUS_DETAILS, statusOf } from './status.ts';

type GrpcCall = ServerUnaryCall<Buffer, Buffer> &
  ServerReadableStream<Buffer, Buffer> &
  ServerWritableStream<Buffer, Buffer>;
type Reply = (error: Partial<ReturnType<typeof statusOf>> | null, answer?: Buffer) => void;

const asIs = (bytes: Buffer): Buffer => bytes;

/** The gRPC port, on grpc-js. Messages cross it as bytes and are decoded inside the call, so that bytes which are no message are the caller's error. */
export interface GrpcFace {
  readonly server: Server;
  start(host: string, port: number): Promise<number>;
  /** Refuses new calls, ends open streams, waits for the rest at most `ms` milliseconds. */
  drain(ms: number): Promise<void>;
}

/** With an identity the port speaks TLS. Health and reflection are for anybody even so; the chain turns away calls that come without a certificate. */
export function createGrpcFace(handlers: readonly Handler[], identity?: MeshIdentity): GrpcFace {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    'grpc.keepalive_permit_without_calls': 1,
    interceptors: [explainRefusals],
    ...(identity && { 'grpc.max_connection_age_ms': connectionAge(identity) }),
  });
  allowResets(server);
  const streams = new Set<ServedCall>();
  /** Connections by the address they come from, which is how a call tells its connection. */
  const callers = new Map<string, Socket>();
  const peer = (grpc: GrpcCall) => identity && peerOf(callers.get(grpc.getPeer()), identity.trustDomain);
  for (const ofService of Map.groupBy(handlers, (handler) => handler.rpc.method.parent).values()) {
    const definition: Record<string, unknown> = {};
    const implementation: UntypedServiceImplementation = {};
    for (const handler of ofService) {
      const { method } = handler.rpc;
      definition[method.name] = definitionOf(method);
      implementation[method.name] = serve(handler, streams, peer) as unknown as UntypedServiceImplementation[string];
    }
    server.addService(definition as ServiceDefinition, implementation);
  }
  // A listener of our own: grpc-js has no way to share a port.
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const front = createListener(identity, ['h2'], (socket) => {
    const from = `${socket.remoteAddress}:${socket.remotePort}`;
    callers.set(from, socket);
    socket.once('close', () => callers.delete(from));
    connections.injectConnection(socket);
  });
  front.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    server,
    start: (host, port) => listen(front, port, host),
    async drain(ms) {
      // Until every connection has ended. grpc-js does not wait for the calls of connections that its server closes by itself.
      const ended = new Promise<void>((resolve) => front.close(() => resolve()));
      for (const call of streams) call.refuse(shuttingDown());
      server.tryShutdown(() => undefined);
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, ms);
      await ended;
      clearTimeout(cut);
    },
  };
}

/**
 * grpc-js refuses some calls by itself: messages that are too large, compressed or missing, deadlines that are none. Its bare status is explained where it leaves. The
 * call is not wrapped but only its way out replaced: a wrapped call costs every call more than this costs those that fail.
 */
const explainRefusals: ServerInterceptor = (_, call) => {
  const send = call.sendStatus;
  call.sendStatus = function explained(status) {
    send.call(call, status.code === 0 || status.metadata?.get(STATUS_DETAILS).length ? status : explain(status));
  };
  return call as ServerInterceptingCall;
};

type RefusedStatus = Parameters<ServerInterceptingCall['sendStatus']>[0];

function explain({ code, details }: RefusedStatus): RefusedStatus {
  const correlation = correlationId(undefined);
  return statusOf(
    earlyRefusal({ code: code as number, message: details ?? '', correlationId: correlation }),
    correlation,
  );
}

function definitionOf(method: DescMethod) {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

function serve({ rpc, handle }: Handler, streams: Set<ServedCall>, peer: (grpc: GrpcCall) => Peer | undefined) {
  const { input, output, methodKind } = rpc.method;
  const encode = (message: Message) => Buffer.from(toBinary(output, message));
  const begin = (grpc: GrpcCall): ServedCall => {
    const deadline = grpc.getDeadline();
    const call = new ServedCall(
      rpc,
      { get: (name) => textOf(grpc.metadata.get(name)[0]) },
      deadline === Number.POSITIVE_INFINITY ? undefined : Number(deadline),
      peer(grpc),
    );
    grpc.on('cancelled', () => call.cancel('the caller is gone', Code.Canceled));
    return call;
  };
  const incoming = (grpc: GrpcCall, call: ServedCall) =>
    methodKind === 'unary' || methodKind === 'server_streaming' ? decode(input, grpc.request) : decodeAll(grpc, call);
  async function* decodeAll(grpc: GrpcCall, call: ServedCall): AsyncIterable<Message> {
    for await (const bytes of grpc) yield decodeNext(bytes as Buffer, call);
  }
  const decodeNext = (bytes: Buffer, call: ServedCall): Message => {
    try {
      return decode(input, bytes);
    } catch (error) {
      // Said at once: leaving the stream now makes it look as if the caller had gone.
      call.refuse(ConnectError.from(error));
      throw error;
    }
  };
  const sendHeaders = (grpc: GrpcCall, call: ServedCall) => {
    const metadata = new Metadata();
    metadata.set(CORRELATION_HEADER, call.correlationId);
    if (call.sentHeaders) for (const [name, value] of call.sentHeaders) metadata.set(name, value);
    grpc.sendMetadata(metadata);
  };
  if (methodKind === 'unary' || methodKind === 'client_streaming') {
    return async (grpc: GrpcCall, reply: Reply) => {
      const call = begin(grpc);
      try {
        const answer = encode((await handle(call, incoming(grpc, call))) as Message);
        call.answered();
        sendHeaders(grpc, call);
        reply(null, answer);
      } catch (error) {
        reply(statusOf(ConnectError.from(error), call.correlationId, call.sentHeaders));
      }
    };
  }
  return async (grpc: GrpcCall) => {
    const call = begin(grpc);
    streams.add(call);
    try {
      const answers = (await handle(call, incoming(grpc, call))) as AsyncIterable<Message>;
      let first = true;
      for await (const answer of answers) {
        if (first) sendHeaders(grpc, call);
        first = false;
        if (!grpc.write(encode(answer))) await once(grpc, 'drain', { signal: call.signal });
      }
      call.answered();
      grpc.end();
    } catch (error) {
      grpc.emit('error', statusOf(ConnectError.from(error), call.correlationId, call.sentHeaders));
    } finally {
      streams.delete(call);
    }
  };
}

/**
 * How long a connection is used, in milliseconds. Certificates are renewed when a third of their life is left: a connection that is replaced after a sixth ends well
 * before the certificate that it was made with. Calls in flight are let finish.
 */
function connectionAge(identity: MeshIdentity): number {
  const { validFrom, validTo } = identity.current();
  return (validTo - validFrom) / 6;
}

function textOf(value: string | Buffer | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
