/** Messages with something in every field, for whatever a contract describes. */
import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect, type ScalarValue } from '@bufbuild/protobuf/reflect';

const DEEPEST = 5;

/** Of a oneof, the last member is set. Values follow from names and numbers, so two descriptions of one message give the same where they agree. */
export function sample(desc: DescMessage, depth = 0): Message {
  const message = create(desc);
  const fields = reflect(desc, message);
  if (depth < DEEPEST) for (const field of desc.fields) fill(fields, field, depth);
  return message;
}

function fill(message: ReflectMessage, field: DescField, depth: number): void {
  if (field.fieldKind === 'list') {
    const list = message.get(field);
    for (const _ of [1, 2]) list.add(contentOf(field, depth));
  } else if (field.fieldKind === 'map') {
    message.get(field).set(scalarOf(field.mapKey, field) as string, contentOf(field, depth));
  } else {
    message.set(field, contentOf(field, depth));
  }
}

function contentOf(field: DescField, depth: number): ScalarValue | ReflectMessage {
  if (field.message) return reflect(field.message, sample(field.message, depth + 1));
  if (field.enum) return field.enum.values.at(-1)?.number ?? 0;
  return scalarOf(field.scalar ?? ScalarType.STRING, field);
}

function scalarOf(type: ScalarType, { name, number }: DescField): ScalarValue {
  switch (type) {
    case ScalarType.STRING:
      return name;
    case ScalarType.BYTES:
      return new TextEncoder().encode(name);
    case ScalarType.BOOL:
      return true;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BigInt(number);
    default:
      return number;
  }
}
