import type { DescMessage } from '@bufbuild/protobuf';
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

/** INVALID_ARGUMENT for a body that is no message of its type, with the field the decoder stumbled over as far as its words tell. */
export function undecodable(schema: DescMessage, problem: string): ConnectError {
  const field = fieldIn(schema, problem) ?? '';
  return badRequest([{ field, description: `not a valid ${schema.typeName}: ${problem}` }]);
}

/** The decoder names the field, or only the type it wanted there; then the first field of that type is meant. */
function fieldIn(schema: DescMessage, problem: string): string | undefined {
  const named = /field ([\w.]+)/.exec(problem)?.[1];
  if (named) return named.replace(`${schema.typeName}.`, '');
  const types = [...problem.matchAll(/\b(?:message|enum) ([\w.]+)/g)].map(([, type]) => type);
  const typed = schema.fields.find((field) => types.includes(field.message?.typeName ?? field.enum?.typeName));
  return typed?.name;
}
