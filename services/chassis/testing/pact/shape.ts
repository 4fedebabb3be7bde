/** Makes of an example what a pact demands: which values must be as they are, and of which only the form counts. The contract's types tell. */
import {
  create,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';
import { MatchersV3 } from '@pact-foundation/pact';
import { replaceable } from './examples.ts';

const { boolean, eachLike, fromProviderState, integer, like, number, regex, uuid } = MatchersV3;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const TIMESTAMP = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$';
const WHOLE_NUMBER = '^-?\\d+$';
const WHOLE = new Set([
  ScalarType.INT32,
  ScalarType.UINT32,
  ScalarType.SINT32,
  ScalarType.FIXED32,
  ScalarType.SFIXED32,
]);
const FRACTIONS = new Set([ScalarType.DOUBLE, ScalarType.FLOAT]);

/** An example as its consumer gets it. */
export function jsonOf<D extends DescMessage>(schema: D, example: MessageInitShape<D>): JsonObject {
  return toJson(schema, create(schema, example)) as JsonObject;
}

/** What a provider must answer: the fields of the example, states and other enumerations as they are, the rest by form, lists with one at least. */
export function answerShape(schema: DescMessage, json: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    schema.fields
      .filter((field) => json[field.jsonName] !== undefined)
      .map((field) => [field.jsonName, fieldShape(field, json[field.jsonName] ?? null)]),
  );
}

function fieldShape(field: DescField, value: JsonValue): unknown {
  if (field.fieldKind === 'map') return like(value);
  if (field.fieldKind === 'list') {
    const [first] = value as JsonValue[];
    return first === undefined ? [] : eachLike(valueShape(field, first), 1);
  }
  return valueShape(field, value);
}

function valueShape(field: DescField, value: JsonValue): unknown {
  if (field.enum) return value;
  if (field.message) {
    const { typeName } = field.message;
    if (typeName === 'google.protobuf.Timestamp') return regex(TIMESTAMP, String(value));
    if (typeName.startsWith('google.protobuf.')) return like(value);
    return answerShape(field.message, value as JsonObject);
  }
  if (typeof value === 'boolean') return boolean(value);
  if (typeof value === 'number') {
    return 'scalar' in field && field.scalar && WHOLE.has(field.scalar) ? integer(value) : number(value);
  }
  const text = String(value);
  if (UUID.test(text)) return uuid(text);
  const isText = !('scalar' in field) || field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES;
  if (isText || (field.scalar && FRACTIONS.has(field.scalar))) return like(value);
  return regex(WHOLE_NUMBER, text);
}

/** What a consumer sends: every value as it is, but ids that the provider's state makes. */
export function requestShape(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(requestShape);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, requestShape(each)]));
  }
  const name = typeof value === 'string' ? replaceable.get(value) : undefined;
  return name === undefined ? value : fromProviderState(`\${${name}}`, value);
}
