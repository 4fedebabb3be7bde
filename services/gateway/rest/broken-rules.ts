import { create, type DescMessage, fromJson, type JsonValue, type Message, mergeFromJson } from '@bufbuild/protobuf';
import type { FieldViolation } from '#chassis/rpc/bad-request.ts';
import { violationsOf } from '#chassis/rpc/interceptors/validation.ts';

/** Names the rules that a request breaks beside being no message of its type, so that its author need not find them one try after the other. */
export function otherBrokenRules(
  schema: DescMessage,
  message: Message,
  named: readonly FieldViolation[],
): FieldViolation[] {
  // What could not be read at all has every field missing.
  if (named.some(({ field }) => field === '')) return [];
  return violationsOf(schema, message).filter(({ field }) => !named.some((each) => isAbout(each.field, field)));
}

/** The message that those fields make which are of their type. */
export function fittingParts(schema: DescMessage, documents: readonly JsonValue[]): Message {
  const message = create(schema);
  for (const [key, value] of documents.flatMap((json) => Object.entries(json ?? {}))) {
    const part = { [key]: value };
    try {
      // A document that fits half would be taken over half.
      fromJson(schema, part, UNKNOWN_OR_NOT);
      mergeFromJson(schema, message, part, UNKNOWN_OR_NOT);
    } catch {
      // It is named already.
    }
  }
  return message;
}

const UNKNOWN_OR_NOT = { ignoreUnknownFields: true };

/** Whether one field is the other, within it or around it. */
function isAbout(named: string, field: string): boolean {
  const isWithin = (inner: string, outer: string) => inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length));
  return named === field || isWithin(named, field) || isWithin(field, named);
}
