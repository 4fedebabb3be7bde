import { createRegistry, fromBinary } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import { file_google_rpc_error_details } from '#gen/google/rpc/error_details_pb.ts';

const known = createRegistry(file_google_rpc_error_details);

/** An error that came from another service, with the details we know as messages again: only those does Connect write so that people can read them too. */
export function relayable(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  error.details = error.details.map((detail) => {
    const schema = 'type' in detail ? known.getMessage(detail.type) : undefined;
    if (!schema || !('type' in detail)) return detail;
    return { desc: schema, value: fromBinary(schema, detail.value) };
  });
  return error;
}
