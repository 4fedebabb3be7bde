/** Shows the payload of an event by its contract, with what belongs to a person or must not be known masked: an operator needs the facts, not the people. */
import {
  clone,
  createRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  getOption,
  type Message,
  ScalarType,
  toJsonString,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { DataClass, data_class } from '#gen/tradewind/mesh/v1/policy_pb.ts';

const MASKS: Partial<Record<DataClass, string>> = {
  [DataClass.PERSONAL]: '(personal)',
  [DataClass.SECRET]: '(secret)',
};

/** Makes a reader of payloads of these types: it answers JSON by the name of the type, empty when the payload is not of it or the type is none of these. */
export function payloadReader(schemas: readonly DescMessage[]): (type: string, payload: Uint8Array) => string {
  const byName = new Map(schemas.map((schema) => [schema.typeName, schema]));
  const registry = createRegistry(...schemas);
  return (type, payload) => {
    const schema = byName.get(type);
    if (!schema) return '';
    try {
      return toJsonString(schema, masked(schema, fromBinary(schema, payload)), { registry });
    } catch {
      return '';
    }
  };
}

function masked(schema: DescMessage, message: Message): Message {
  const copy = clone(schema, message);
  mask(reflect(schema, copy));
  return copy;
}

function mask(view: ReflectMessage): void {
  for (const field of view.fields) {
    if (!view.isSet(field)) continue;
    const as = MASKS[getOption(field, data_class)];
    if (as !== undefined) hide(view, field, as);
    else if (field.fieldKind === 'message') mask(view.get(field));
    else if (field.fieldKind === 'list' && field.listKind === 'message') {
      for (const item of view.get(field)) mask(item as ReflectMessage);
    }
  }
}

function hide(view: ReflectMessage, field: DescField, as: string): void {
  if (field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING) view.set(field, as);
  else view.clear(field);
}
