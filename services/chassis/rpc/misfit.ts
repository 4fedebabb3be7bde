/**
 * Finds the field because of which a body is no message of its type. Decoders say what went wrong, but not where in a nested message; so when one has failed, the
 * body is taken apart and its fields are tried one by one. Only bodies that were refused pay for this.
 */
import { type DescField, type DescMessage, fromBinary, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { FieldViolation } from './bad-request.ts';

/** The field of a JSON document that does not fit, and why. Undefined when it is no single field's fault. */
export function misfitInJson(schema: DescMessage, json: JsonValue): FieldViolation | undefined {
  if (!isObject(json)) return undefined;
  for (const [key, value] of Object.entries(json)) {
    const field = schema.fields.find(({ name, jsonName }) => key === jsonName || key === name);
    const problem = field && problemWith(schema, key, value);
    if (field && problem !== undefined) return inValue(schema, field, key, value, problem);
  }
  return undefined;
}

function inValue(schema: DescMessage, field: DescField, key: string, value: JsonValue, problem: string) {
  if (field.fieldKind === 'list' && Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      const wrong = problemWith(schema, key, [element]);
      if (wrong !== undefined) return inElement(field, `${field.name}[${index}]`, element, wrong);
    }
  }
  if (field.fieldKind === 'map' && isObject(value)) {
    for (const [name, element] of Object.entries(value)) {
      const wrong = problemWith(schema, key, { [name]: element });
      if (wrong !== undefined) return inElement(field, `${field.name}[${JSON.stringify(name)}]`, element, wrong);
    }
  }
  return inElement(field, field.name, value, problem);
}

function inElement(field: DescField, path: string, value: JsonValue, problem: string): FieldViolation {
  const inner = isOurs(field.message) ? misfitInJson(field.message, value) : undefined;
  return inner ? { ...inner, field: `${path}.${inner.field}` } : { field: path, description: problem };
}

/** Messages with a JSON form of their own (timestamps and the like) have no fields there. */
function isOurs(message: DescMessage | undefined): message is DescMessage {
  return message !== undefined && !message.typeName.startsWith('google.protobuf.');
}

function isObject(json: JsonValue): json is { [key: string]: JsonValue } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function problemWith(schema: DescMessage, key: string, value: JsonValue): string | undefined {
  return failure(() => fromJson(schema, { [key]: value }, { ignoreUnknownFields: true }));
}

/** The field of a binary message that cannot be read, and why. Undefined when the bytes end before any field can be told. */
export function misfitInBinary(schema: DescMessage, bytes: Uint8Array): FieldViolation | undefined {
  const reader = new BinaryReader(bytes);
  const seen = new Map<DescField, number>();
  while (reader.pos < reader.len) {
    const start = reader.pos;
    let field: DescField | undefined;
    let wireType: WireType | undefined;
    const cut = failure(() => {
      const [number, type] = reader.tag();
      wireType = type;
      field = schema.fields.find((known) => known.number === number);
      reader.skip(type, number);
    });
    if (field === undefined) {
      if (cut !== undefined) return undefined;
      continue;
    }
    const index = seen.get(field) ?? 0;
    seen.set(field, index + 1);
    const path = field.fieldKind === 'list' ? `${field.name}[${index}]` : field.name;
    if (cut !== undefined) return { field: path, description: cut };
    const record = bytes.subarray(start, reader.pos);
    const problem = failure(() => fromBinary(schema, record));
    if (problem === undefined) continue;
    const nested = wireType === WireType.LengthDelimited && field.fieldKind !== 'map' ? field.message : undefined;
    const inner = nested && misfitInBinary(nested, contentOf(record));
    return inner ? { ...inner, field: `${path}.${inner.field}` } : { field: path, description: problem };
  }
  return undefined;
}

function contentOf(record: Uint8Array): Uint8Array {
  const reader = new BinaryReader(record);
  reader.tag();
  return reader.bytes();
}

function failure(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return inWords(error);
  }
}

/** What a decoder complains of, without the names it gives: they are Protobuf's, and the path says more. */
export function inWords(error: unknown): string {
  const told = error instanceof Error ? error.message : String(error);
  return told
    .replace(/^cannot decode .*? from JSON:? /s, '')
    .replace(/^list item #\d+: |^map entry "?[^"]*"?: /, '')
    .replace('premature EOF', 'the bytes end in the middle of it, or are of another type');
}
