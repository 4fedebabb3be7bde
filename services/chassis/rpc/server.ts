import { HealthImplementation } from 'grpc-health-check';
import type { ErrorTable } from '../domain-error.ts';
import type { Logger } from '../log.ts';
import { registry } from '../metrics.ts';
import { createGrpcFace } from './grpc-face.ts';
import { createHandlers } from './handlers.ts';
import type { Health } from './health.ts';
import { createHttpFace, type HttpFaceOptions } from './http-face.ts';
import type { Route } from './implementation.ts';
import type { Interceptor } from './interceptor.ts';
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
import type { HttpHandler } from './plain-http.ts';
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
  /** How many calls at a time this process may find out it can answer; what suits every service when unset. */
  concurrency?: LimitBounds;
  /** The faults that are switched on; none are allowed, not even by header, when unset. */
  faults?: FaultSource | undefined;
  pages?: Readonly<Record<string, HttpHandler>>;
  before?: HttpFaceOptions['before'];
}

export interface RpcServer {
  /** Listens on both ports and says which they are. */
  start(): Promise<{ grpcPort: number | undefined; httpPort: number }>;
  /** Stops accepting, ends open streams, lets calls in flight finish for at most `ms` milliseconds, then closes. */
  drain(ms: number): Promise<void>;
}

/** The chain every call of every service goes through, outermost first. Whatever is inside error conversion may throw what it likes. */
export function interceptorChain(
  options: Pick<RpcServerOptions, 'errors' | 'access' | 'log' | 'concurrency' | 'faults'>,
): Interceptor[] {
  return [
    tracing,
    requestContext,
    metrics,
    loadShedding(new Gate(options.concurrency)),
    logging(options.log),
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
  const grpc = options.grpcPort === undefined ? undefined : createGrpcFace(handlers);
  const status = new HealthImplementation({ '': 'NOT_SERVING' });
  if (grpc) {
    status.addToServer(grpc.server);
    addReflection(grpc.server, options.routes);
  }
  const http = createHttpFace({
    handlers,
    pages: { ...options.health.pages(), '/metrics': metricsPage, ...options.pages },
    ...(options.before && { before: options.before }),
  });
  const tell = (state: 'SERVING' | 'NOT_SERVING') => {
    for (const name of ['', ...options.routes.map(({ service }) => service.typeName)]) status.setStatus(name, state);
  };
  return {
    async start() {
      const grpcPort = await grpc?.start(options.host, options.grpcPort ?? 0);
      const httpPort = await http.start(options.host, options.httpPort);
      tell('SERVING');
      options.health.enter('serving');
      return { grpcPort, httpPort };
    },
    async drain(ms) {
      options.health.enter('draining');
      tell('NOT_SERVING');
      await Promise.all([grpc?.drain(ms), http.drain(ms)]);
    },
  };
}

const metricsPage: HttpHandler = async (_, response) => {
  const text = await registry.metrics();
  response.setHeader('content-type', registry.contentType);
  response.end(text);
};
