import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from './access-error.ts';

/** One thing wrong with a request: the path of the field, as in `items[0].quantity`, and the rule it breaks. */
export interface FieldViolation {
  field: string;
  description: string;
}

/** INVALID_ARGUMENT that names every field and rule. */
export function badRequest(violations: FieldViolation[]): ConnectError {
  const told = violations
    .map(({ field, description }) => (field ? `${field}: ${description}` : description))
    .join('; ');
  return new ConnectError(told, Code.InvalidArgument, undefined, [
    { desc: ErrorInfoSchema, value: { reason: 'VALIDATION_FAILED', domain: MESH_DOMAIN } },
    { desc: BadRequestSchema, value: { fieldViolations: violations } },
  ]);
}
