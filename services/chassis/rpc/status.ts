import { create, toBinary } from '@bufbuild/protobuf';
import type { ConnectError } from '@connectrpc/connect';
import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { StatusSchema } from '#gen/google/rpc/status_pb.ts';
import type { AnswerHeaders } from './call.ts';
import { CORRELATION_HEADER } from './correlation.ts';

export const STATUS_DETAILS = 'grpc-status-details-bin';

/** A failed call as gRPC sends it: code, message, the details in `grpc-status-details-bin`, and the headers that were set for its answer. */
export function statusOf(error: ConnectError, correlationId: string, headers?: AnswerHeaders): StatusObject {
  const metadata = new Metadata();
  for (const [name, value] of headers ?? []) metadata.set(name, value);
  const details = error.details.map((detail) =>
    'desc' in detail
      ? {
          typeUrl: `type.googleapis.com/${detail.desc.typeName}`,
          value: toBinary(detail.desc, create(detail.desc, detail.value)),
        }
      : { typeUrl: `type.googleapis.com/${detail.type}`, value: detail.value },
  );
  const status = create(StatusSchema, { code: error.code, message: error.rawMessage, details });
  metadata.set(CORRELATION_HEADER, correlationId);
  metadata.set(STATUS_DETAILS, Buffer.from(toBinary(StatusSchema, status)));
  return { code: error.code as number, details: error.rawMessage, metadata };
}
