import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from './access-error.ts';
import { inWords, misfitInBinary, misfitInJson } from './misfit.ts';

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

/** INVALID_ARGUMENT for bytes that are no message of their type, with the path of the field that does not fit as far as it can be found. */
export function undecodable(schema: DescMessage, bytes: Uint8Array, problem: unknown): ConnectError {
  return badRequest([
    misfitInBinary(schema, bytes) ?? {
      field: '',
      description: `the bytes are no ${schema.typeName}: ${inWords(problem)}`,
    },
  ]);
}

/** The same for JSON. */
export function undecodableJson(schema: DescMessage, text: string, problem: unknown): ConnectError {
  const json = parsed(text);
  const misfit = json === undefined ? undefined : misfitInJson(schema, json);
  return badRequest([misfit ?? { field: '', description: `the JSON is no ${schema.typeName}: ${inWords(problem)}` }]);
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
