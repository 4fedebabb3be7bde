import { fromBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { StatusSchema } from '#gen/google/rpc/status_pb.ts';
import { headersOf } from './headers.ts';

/** Turns the status a gRPC call ended with into the error type every caller knows, its details still readable by `findDetails`. */
export function connectErrorOf(error: ServiceError): ConnectError {
  const code = error.code in Code ? (error.code as number as Code) : Code.Unknown;
  const result = new ConnectError(error.details, code, headersOf(error.metadata));
  result.details = detailsOf(error.metadata);
  result.isWireError = true;
  return result;
}

function detailsOf(metadata: Metadata | undefined): ConnectError['details'] {
  const bytes = metadata?.get('grpc-status-details-bin')[0];
  if (bytes === undefined || typeof bytes === 'string') return [];
  try {
    return fromBinary(StatusSchema, bytes).details.map((any) => ({
      type: any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1),
      value: any.value,
    }));
  } catch {
    // Details are an extra: a peer that garbles them must not hide the status itself.
    return [];
  }
}
