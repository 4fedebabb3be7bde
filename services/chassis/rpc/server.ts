import type { Server } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import type { ErrorTable } from '../domain-error.ts';
import type { Logger } from '../log.ts';
import { registry } from '../metrics.ts';
import type { MeshIdentity } from '../tls/mesh-identity.ts';
import { bridged } from './bridged-services.ts';
import { createGrpcFace } from './grpc-face.ts';
import { createHandlers } from './handlers.ts';
import type { Health } from './health.ts';
import { createHttpFace, type HttpFaceOptions } from './http-face.ts';
import { reading, refuseUnknown } from './http-refusal.ts';
import type { Route } from './implementation.ts';
import type { Interceptor } from './interceptor.ts';
import { deprecation } from './interceptors/deprecation.ts';
import { errorConversion } from './interceptors/error-conversion.ts';
import { type FaultSource, faultInjection } from './interceptors/fault-injection.ts';
import { idempotency } from './interceptors/idempotency.ts';
import { loadShedding } from './interceptors/load-shedding.ts';
import { logging } from './interceptors/logging.ts';
import { metrics } from './interceptors/metrics.ts';
import { requestContext } from './interceptors/request-context.ts';
import { tracing } from './interceptors/tracing.ts';
import { validation } from './interceptors/validation.ts';
import { Gate } from './limit/gate.ts';
import type { LimitBounds } from './limit/gradient-limit.ts';
import type { HttpHandler, HttpRequest } from './plain-http.ts';
import { addReflection } from './reflection.ts';

export interface RpcServerOptions {
  routes: readonly Route[];
  errors: ErrorTable;
  /** Who may call: authentication and authorization, in this order. */
  access: readonly Interceptor[];
  log: Logger;
  health: Health;
  host: string;
  /** 0 takes a free port. Undefined serves no gRPC port of its own (the HTTP port speaks gRPC too). */
  grpcPort: number | undefined;
  httpPort: number;
  /** With one both ports speak mutual TLS. */
  identity?: MeshIdentity | undefined;
  /** How many calls at a time this process may find out it can answer; what suits every service when unset. */
  concurrency?: LimitBounds;
  /** The faults that are switched on; none are allowed, not even by header, when unset. */
  faults?: FaultSource | undefined;
  pages?: Readonly<Record<string, HttpHandler>>;
  faces?: HttpFaceOptions['faces'];
  /** What the HTTP port shows browsers, when it speaks TLS to them. */
  certificate?: HttpFaceOptions['certificate'];
  /** How much of the HTTP port one client may take. */
  limits?: HttpFaceOptions['limits'];
  before?: HttpFaceOptions['before'];
  /** Waited for between listening and being ready. */
  beforeReady?: () => Promise<void>;
  /** Who may see the metrics and the state of each dependency. Anyone when unset: a service inside the mesh is not reached from outside. */
  isInsider?: (request: HttpRequest) => boolean;
}

export interface RpcServer {
  /** Listens on both ports and says which they are. */
  start(): Promise<{ grpcPort: number | undefined; httpPort: number }>;
  /** Stops accepting, ends open streams, lets calls in flight finish for at most `ms` milliseconds, then closes. */
  drain(ms: number): Promise<void>;
}

/** The chain every call of every service goes through, outermost first. Whatever is inside error conversion may throw what it likes. */
function interceptorChain(
  options: Pick<RpcServerOptions, 'errors' | 'access' | 'log' | 'concurrency' | 'faults'>,
): Interceptor[] {
  return [
    tracing,
    requestContext,
    metrics,
    loadShedding(new Gate(options.concurrency)),
    logging(options.log),
    deprecation,
    errorConversion(options.errors),
    ...options.access,
    faultInjection(options.faults),
    validation,
    idempotency,
  ];
}

/** Serves implementations on two ports with one chain: gRPC by grpc-js, and Connect, gRPC-Web and plain pages by connect-node. */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  const handlers = createHandlers(options.routes, interceptorChain(options));
  const grpc = options.grpcPort === undefined ? undefined : createGrpcFace(handlers, options.identity);
  const isInsider = options.isInsider ?? (() => true);
  const status = new HealthImplementation({ '': 'NOT_SERVING' });
  const addTools = (server: Server) => {
    status.addToServer(server);
    addReflection(server, options.routes);
  };
  if (grpc) addTools(grpc.server);
  const tools = grpc ? undefined : bridged(addTools);
  const http = createHttpFace({
    handlers,
    ...(tools && { services: tools.services }),
    pages: {
      ...onlyRead({ ...options.health.pages(isInsider), '/metrics': onlyFor(isInsider, metricsPage) }),
      ...options.pages,
    },
    ...(options.faces && { faces: options.faces }),
    ...(options.before && { before: options.before }),
    identity: options.identity,
    certificate: options.certificate,
    limits: options.limits,
  });
  const tell = (state: 'SERVING' | 'NOT_SERVING') => {
    for (const name of ['', ...options.routes.map(({ service }) => service.typeName)]) status.setStatus(name, state);
  };
  let watching: { stop(): void } | undefined;
  return {
    async start() {
      const grpcPort = await grpc?.start(options.host, options.grpcPort ?? 0);
      const httpPort = await http.start(options.host, options.httpPort);
      await options.beforeReady?.();
      options.health.enter('serving');
      watching = await options.health.watch((ready) => tell(ready ? 'SERVING' : 'NOT_SERVING'));
      return { grpcPort, httpPort };
    },
    async drain(ms) {
      options.health.enter('draining');
      watching?.stop();
      tell('NOT_SERVING');
      tools?.end();
      await Promise.all([grpc?.drain(ms), http.drain(ms)]);
    },
  };
}

function onlyRead(pages: Readonly<Record<string, HttpHandler>>): Record<string, HttpHandler> {
  return Object.fromEntries(Object.entries(pages).map(([path, page]) => [path, reading(page)]));
}

const metricsPage: HttpHandler = async (_, response) => {
  const text = await registry.metrics();
  response.setHeader('content-type', registry.contentType);
  response.end(text);
};

/** Shows a page to those who may see it; for others there is none. */
function onlyFor(may: (request: HttpRequest) => boolean, page: HttpHandler): HttpHandler {
  return (request, response) => (may(request) ? page : refuseUnknown)(request, response);
}
