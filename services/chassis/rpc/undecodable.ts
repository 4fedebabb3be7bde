import type { DescMessage, JsonValue } from '@bufbuild/protobuf';
import type { ConnectError } from '@connectrpc/connect';
import { badRequest } from './bad-request.ts';
import { inWords, misfitInBinary, misfitInJson } from './misfit.ts';

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
