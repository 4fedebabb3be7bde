import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { type DescMethod, type DescService, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { type Code, ConnectError, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import type { MethodDefinition, Server, ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadedContract } from './loaded-contract.ts';

/** A service in connect-node's terms. */
export interface BridgedService {
  service: DescService;
  impl: Partial<ServiceImpl<DescService>>;
}

/**
 * Lets connect-node serve what was made for a grpc-js server, such as health and reflection: a service without a gRPC port has them too, and they are written once.
 * `add` adds to the server it is given; calls still open are ended by `end`.
 */
export function bridged(add: (server: Server) => void): { services: BridgedService[]; end(): void } {
  const closing = new AbortController();
  const services: BridgedService[] = [];
  const addService = (definition: ServiceDefinition, implementation: UntypedServiceImplementation) => {
    const service = describe(definition);
    const impl = service.methods.map((method) => {
      const defined = definition[method.name] as Definition;
      const handle = (implementation[method.name] ?? implementation[defined.originalName ?? '']) as unknown as Handle;
      return [
        method.localName,
        method.methodKind === 'unary'
          ? unary(method, defined, handle)
          : stream(method, defined, handle, closing.signal),
      ];
    });
    services.push({ service, impl: Object.fromEntries(impl) });
  };
  add({ addService } as unknown as Server);
  return { services, end: () => closing.abort() };
}

type Definition = MethodDefinition<object, object> & { requestType?: { fileDescriptorProtos: Buffer[] } };
type Handle = (call: object, reply?: (failure: Failure | null, answer: object) => void) => void;
type Failure = { code: Code; details: string };

function describe(definition: ServiceDefinition): DescService {
  const [any] = Object.values(definition) as Definition[];
  return loadedContract(any?.path.split('/')[1] ?? '', any?.requestType?.fileDescriptorProtos ?? []);
}

function unary(method: DescMethod, defined: Definition, handle: Handle) {
  return (request: Message) =>
    new Promise<Message>((resolve, reject) => {
      handle({ request: toGrpc(method, defined, request) }, (failure, answer) => {
        if (failure) reject(new ConnectError(failure.details, failure.code));
        else resolve(fromGrpc(method, defined, answer));
      });
    });
}

function stream(method: DescMethod, defined: Definition, handle: Handle, closing: AbortSignal) {
  return async function* answers(request: Message | AsyncIterable<Message>, context: HandlerContext) {
    const written = new PassThrough({ objectMode: true });
    const call = Object.assign(new EventEmitter(), {
      request: Symbol.asyncIterator in request ? undefined : toGrpc(method, defined, request),
      write: (answer: object) => written.write(answer),
      end: () => written.end(),
    });
    const ended = AbortSignal.any([context.signal, closing]);
    ended.addEventListener('abort', () => {
      call.emit('cancelled');
      written.end();
    });
    handle(call);
    if (Symbol.asyncIterator in request)
      void feed(request, (message) => toGrpc(method, defined, message), call, written);
    for await (const answer of written) yield fromGrpc(method, defined, answer);
  };
}

async function feed(
  requests: AsyncIterable<Message>,
  convert: (message: Message) => object,
  call: EventEmitter,
  written: PassThrough,
): Promise<void> {
  try {
    for await (const message of requests) call.emit('data', convert(message));
    call.emit('end');
  } catch (error) {
    written.destroy(ConnectError.from(error));
  }
}

function toGrpc(method: DescMethod, defined: Definition, message: Message): object {
  return defined.requestDeserialize(Buffer.from(toBinary(method.input, message)));
}

function fromGrpc(method: DescMethod, defined: Definition, answer: object): Message {
  return fromBinary(method.output, defined.responseSerialize(answer));
}
