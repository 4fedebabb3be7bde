import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { GetProductRequestSchema, GetProductResponseSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { path, response } from './product.ts';
import { report } from './report.ts';

/** grpc-js as it comes, with messages decoded and encoded and nothing else. */
const server = new Server();
const definition = {
  GetProduct: {
    path,
    requestStream: false,
    responseStream: false,
    requestDeserialize: (bytes: Buffer) => fromBinary(GetProductRequestSchema, bytes),
    requestSerialize: (bytes: Buffer) => bytes,
    responseSerialize: (message: typeof response) => Buffer.from(toBinary(GetProductResponseSchema, message)),
    responseDeserialize: (bytes: Buffer) => bytes,
  },
} as unknown as ServiceDefinition;
server.addService(definition, {
  GetProduct: (_: unknown, reply: (error: null, answer: typeof response) => void) => reply(null, response),
});
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  report(port);
});
