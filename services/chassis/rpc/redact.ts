import { type DescField, type DescMessage, getOption, hasOption, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { DataClass, data_class } from '#gen/tradewind/mesh/v1/policy_pb.ts';

const MASKS: Partial<Record<DataClass, string>> = {
  [DataClass.PERSONAL]: '(personal)',
  [DataClass.SECRET]: '(secret)',
};

/** A message as a log may show it: what the contract calls personal or secret is masked, at any depth. */
export function redacted(schema: DescMessage, message: Message): Record<string, unknown> {
  const view = reflect(schema, message);
  const shown: Record<string, unknown> = {};
  for (const field of view.fields) {
    if (!view.isSet(field)) continue;
    shown[field.localName] = maskOf(field) ?? shownValue(field, view.get(field));
  }
  return shown;
}

function maskOf(field: DescField): string | undefined {
  return hasOption(field, data_class) ? MASKS[getOption(field, data_class)] : undefined;
}

function shownValue(field: DescField, reflected: unknown): unknown {
  if (field.message && field.fieldKind === 'message') {
    return redacted(field.message, (reflected as { message: Message }).message);
  }
  if (field.fieldKind === 'list' && field.message) {
    const schema = field.message;
    return [...(reflected as Iterable<{ message: Message }>)].map((item) => redacted(schema, item.message));
  }
  if (reflected instanceof Uint8Array) return `(${reflected.length} bytes)`;
  if (typeof reflected === 'bigint') return reflected.toString();
  return field.fieldKind === 'scalar' || field.fieldKind === 'enum' ? reflected : `(${field.fieldKind})`;
}
