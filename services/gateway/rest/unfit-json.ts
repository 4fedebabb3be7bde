import type { DescField, DescMessage, JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { FieldViolation } from '#chassis/rpc/bad-request.ts';
import { misfitInJson } from '#chassis/rpc/misfit.ts';

/** Everything in a JSON document that is no message of its type: each name it does not know, and of each of its fields the first value that does not fit. */
export function unfitJson(schema: DescMessage, json: JsonValue): FieldViolation[] {
  if (!isObject(json)) return [{ field: '', description: 'must be a JSON object' }];
  const misfits = Object.entries(json).flatMap(([key, value]) => misfitInJson(schema, { [key]: value }) ?? []);
  return [...unknownNames(schema, json, ''), ...misfits];
}

function unknownNames(schema: DescMessage, json: JsonObject, prefix: string): FieldViolation[] {
  const named = new Set<DescField>();
  return Object.entries(json).flatMap(([key, value]) => {
    const field = schema.fields.find(({ name, jsonName }) => key === jsonName || key === name);
    const path = `${prefix}${field?.name ?? key}`;
    if (!field) return [{ field: path, description: 'is no field of this message' }];
    if (named.has(field)) return [{ field: path, description: 'is given twice' }];
    named.add(field);
    return unknownWithin(field, value, path);
  });
}

function unknownWithin(field: DescField, value: JsonValue, path: string): FieldViolation[] {
  const { message } = field;
  // Messages with a JSON form of their own (timestamps and the like) have no names there.
  if (!message || message.typeName.startsWith('google.protobuf.')) return [];
  if (field.fieldKind === 'list' && Array.isArray(value)) {
    return value.flatMap((each, at) => (isObject(each) ? unknownNames(message, each, `${path}[${at}].`) : []));
  }
  if (!isObject(value)) return [];
  if (field.fieldKind !== 'map') return unknownNames(message, value, `${path}.`);
  return Object.entries(value).flatMap(([key, each]) =>
    isObject(each) ? unknownNames(message, each, `${path}[${JSON.stringify(key)}].`) : [],
  );
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
