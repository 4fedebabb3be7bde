import { fromBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Metadata, StatusObject } from '@grpc/grpc-js';
import { StatusSchema } from '#gen/google/rpc/status_pb.ts';
import { headersOf } from './headers.ts';

/** What grpc-js itself says of these speaks of load balancers and name resolution; it goes to the log only, as the cause. */
const MADE_HERE: Partial<Record<Code, string>> = {
  [Code.Unavailable]: 'the service cannot be reached now',
  [Code.DeadlineExceeded]: 'there was no answer in time',
};

/** Turns the status a gRPC call ended with into the error type every caller knows, its details still readable by `findDetails`. */
export function connectErrorOf(error: StatusObject): ConnectError {
  const code = error.code in Code ? (error.code as number as Code) : Code.Unknown;
  const details = detailsOf(error.metadata);
  const message = (details.length === 0 ? MADE_HERE[code] : undefined) ?? error.details;
  const result = new ConnectError(message, code, headersOf(error.metadata), undefined, error);
  result.details = details;
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
