/** What one value of a field is, whether the field holds one or many; and how it is written as JSON. */
import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';

export type Kind =
  | { kind: 'scalar'; scalar: ScalarType }
  | { kind: 'enum'; type: DescEnum }
  | { kind: 'message'; type: DescMessage }
  /** A text of a known form, such as a moment. */
  | { kind: 'text'; hint: string }
  /** Anything else: written as JSON. */
  | { kind: 'json' };

const TEXTS: Readonly<Record<string, string>> = {
  'google.protobuf.Timestamp': '2026-12-01T08:00:00Z',
  'google.protobuf.Duration': '1.5s',
  'google.protobuf.FieldMask': 'title,price.units',
};

export function kindOf(field: DescField): Kind {
  if (field.fieldKind === 'map') return { kind: 'json' };
  if (field.scalar !== undefined) return { kind: 'scalar', scalar: field.scalar };
  if (field.enum !== undefined) return { kind: 'enum', type: field.enum };
  const type = field.message;
  if (type === undefined) return { kind: 'json' };
  const hint = TEXTS[type.typeName];
  if (hint !== undefined) return { kind: 'text', hint };
  return type.typeName.startsWith('google.protobuf.') ? { kind: 'json' } : { kind: 'message', type };
}

/** What a value is at first, when one is added. */
export function emptyOf(kind: Kind): JsonValue {
  if (kind.kind === 'message') return {};
  if (kind.kind === 'enum') return kind.type.values[0]?.name ?? '';
  return kind.kind === 'scalar' && kind.scalar === ScalarType.BOOL ? false : '';
}

/** What is written into a field of a number, and where it is not plain what to write. */
export function hintOf(kind: Kind): string {
  if (kind.kind === 'text') return kind.hint;
  if (kind.kind !== 'scalar') return '';
  if (kind.scalar === ScalarType.BYTES) return 'base64';
  return kind.scalar === ScalarType.STRING ? '' : '0';
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** A message with one field set to something else, or unset. */
export function withField(value: JsonObject, name: string, next: JsonValue | undefined): JsonObject {
  const { [name]: _, ...rest } = value;
  return next === undefined ? rest : { ...rest, [name]: next };
}
