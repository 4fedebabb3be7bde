import type { DescMessage, Message } from '@bufbuild/protobuf';
import { createValidator } from '@bufbuild/protovalidate';
import { badRequest, type FieldViolation } from '../bad-request.ts';
import type { Interceptor } from '../interceptor.ts';
import { pathsWithNul } from '../nul.ts';

const validator = createValidator();

/** Holds every request to the rules its contract states and to texts that can be stored, naming each field that breaks one. Messages of a client's stream are held to them as they come. */
export const validation: Interceptor = (rpc) => (next) => (call, request) => {
  const schema = rpc.method.input;
  if ('$typeName' in request) {
    assertValid(schema, request);
    return next(call, request);
  }
  return next(call, validated(schema, request));
};

async function* validated(schema: DescMessage, requests: AsyncIterable<Message>): AsyncIterable<Message> {
  for await (const request of requests) {
    assertValid(schema, request);
    yield request;
  }
}

/** Throws INVALID_ARGUMENT with every violated rule when a message does not obey its contract. */
export function assertValid(schema: DescMessage, message: Message): void {
  const violations = violationsOf(schema, message);
  if (violations.length > 0) throw badRequest(violations);
}

/** The rules of its contract that a message breaks, and the one that holds for every text, with the path of each field. */
export function violationsOf(schema: DescMessage, message: Message): FieldViolation[] {
  const violations = brokenRules(schema, message);
  const unstorable = pathsWithNul(schema, message);
  if (unstorable.length === 0) return violations;
  const told = new Set(violations.map(({ field }) => field));
  const untold = unstorable.filter((field) => !told.has(field));
  return [...violations, ...untold.map((field) => ({ field, description: 'must not contain a NUL character' }))];
}

function brokenRules(schema: DescMessage, message: Message): FieldViolation[] {
  const result = validator.validate(schema, message);
  if (result.kind === 'valid') return [];
  if (result.kind === 'error') throw result.error;
  return result.violations.map((violation) => {
    const told = violation.toString();
    return { field: told.slice(0, told.indexOf(': ')), description: violation.message };
  });
}
