import { create, toBinary } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { afterEach } from 'vitest';
import { StatusSchema } from '#gen/google/rpc/status_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { createGrpcTransport } from './client.ts';

export type Unary = (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => void;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const raw = (bytes: Buffer) => bytes;
/** A real gRPC server that answers with bytes, so that nothing of the chassis stands on its side. */
export async function peer(handlers: UntypedServiceImplementation): Promise<string> {
  const server = new Server();
  const paths: Record<string, [string, boolean, boolean]> = {
    getProduct: [`/${CatalogService.typeName}/GetProduct`, false, false],
    batchGetProducts: [`/${CatalogService.typeName}/BatchGetProducts`, false, false],
    importProducts: [`/${CatalogService.typeName}/ImportProducts`, true, false],
    listOrders: [`/${OrdersService.typeName}/ListOrders`, false, false],
    login: [`/${IdentityService.typeName}/Login`, false, false],
    watchStock: [`/${InventoryService.typeName}/WatchStock`, false, true],
  };
  const methods = Object.keys(handlers).map((name) => {
    const [path, requestStream, responseStream] = paths[name] ?? ['', false, false];
    const method = {
      path,
      requestStream,
      responseStream,
      requestSerialize: raw,
      requestDeserialize: raw,
      responseSerialize: raw,
      responseDeserialize: raw,
    };
    return [name, method];
  });
  const definition: ServiceDefinition = Object.fromEntries(methods);
  server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  cleanups.push(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

/** A transport that is closed when the test is over. */
export function transportTo(target: string, serviceToken?: string) {
  const transport = createGrpcTransport({ target, serviceToken });
  cleanups.push(() => transport.close());
  return transport;
}

/** A status with details, as a server of any make sends it. */
export function failure(code: number, ...details: Any[]): { code: number; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  const status = create(StatusSchema, { code, message: 'no', details });
  metadata.set('grpc-status-details-bin', Buffer.from(toBinary(StatusSchema, status)));
  return { code, details: 'no', metadata };
}

/** The error a call ends with; anything else fails the test. */
export async function errorOf(promise: Promise<unknown>): Promise<ConnectError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectError) return error;
  throw new Error(`expected a ConnectError, got ${String(error)}`);
}
