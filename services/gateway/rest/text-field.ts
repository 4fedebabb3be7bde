import { type DescField, type DescMessage, type JsonValue, ScalarType } from '@bufbuild/protobuf';

/** A field whose value can be written as text, as in a path or a query: where it is in the JSON of its message, and its text as JSON. */
export interface TextField {
  /** As contracts write it: `product.sku`. */
  name: string;
  /** The names on the way to it, as JSON has them. */
  jsonPath: readonly string[];
  isList: boolean;
  toJson(text: string): JsonValue;
}

/** Messages that JSON writes as a text. */
const TEXTS = new Set(['Timestamp', 'Duration', 'FieldMask'].map((name) => `google.protobuf.${name}`));
const WRAPPER = /^google\.protobuf\.(?:Double|Float|U?Int(?:32|64)|Bool|String|Bytes)Value$/;

/** The field a dotted name leads to, in the contract's spelling or JSON's; undefined when there is none, or none that text can stand for. */
export function textField(schema: DescMessage, dotted: string): TextField | undefined {
  const names = dotted.split('.');
  const fields: DescField[] = [];
  let message: DescMessage | undefined = schema;
  for (const name of names) {
    const field: DescField | undefined = message?.fields.find(
      (known) => known.name === name || known.jsonName === name,
    );
    if (!field) return undefined;
    fields.push(field);
    message = field.fieldKind === 'message' && !isWritten(field.message) ? field.message : undefined;
  }
  const toJson = converter(fields.at(-1));
  if (!toJson) return undefined;
  return {
    name: fields.map(({ name }) => name).join('.'),
    jsonPath: fields.map(({ jsonName }) => jsonName),
    isList: fields.at(-1)?.fieldKind === 'list',
    toJson,
  };
}

/** Every field of a message that a query can give, nested ones by their dotted names. A message within itself is left out. */
export function textFields(schema: DescMessage, prefix = '', within: readonly DescMessage[] = []): TextFieldOf[] {
  return schema.fields.flatMap((field) => {
    const dotted = `${prefix}${field.name}`;
    const at = textField(within[0] ?? schema, dotted);
    if (at) return [{ ...at, field }];
    if (field.fieldKind !== 'message' || within.includes(field.message)) return [];
    return textFields(field.message, `${dotted}.`, [...(within.length ? within : [schema]), field.message]);
  });
}

export interface TextFieldOf extends TextField {
  field: DescField;
}

function isWritten(message: DescMessage): boolean {
  return TEXTS.has(message.typeName) || WRAPPER.test(message.typeName);
}

function converter(field: DescField | undefined): ((text: string) => JsonValue) | undefined {
  if (!field || field.fieldKind === 'map') return undefined;
  if (field.scalar !== undefined) return field.scalar === ScalarType.BOOL ? truth : asItIs;
  if (field.enum) return (text) => (/^-?\d+$/.test(text) ? Number(text) : text);
  if (!field.message || !isWritten(field.message)) return undefined;
  return field.message.typeName === 'google.protobuf.BoolValue' ? truth : asItIs;
}

/** JSON of Protobuf takes numbers, bytes and times as text. */
const asItIs = (text: string): JsonValue => text;
const truth = (text: string): JsonValue => (text === 'true' ? true : text === 'false' ? false : text);
