import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';
import type { Options } from '../gate/options.ts';
import { shortName } from '../reference/markdown.ts';
import type { Source } from '../reference/source.ts';

/** Messages whose JSON is not that of their fields. */
const WRITTEN_OTHERWISE: Record<string, JsonObject> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' },
  'google.protobuf.FieldMask': { type: 'string' },
  'google.protobuf.Struct': { type: 'object' },
  'google.protobuf.Value': {},
  'google.protobuf.ListValue': { type: 'array' },
};

const INTEGER = (format: string): JsonObject => ({ type: 'integer', format });
/** JSON numbers are not exact so far out, so they are written as text; bounds of numbers do not hold for text and are told as extensions. */
const LONG = (format: string, pattern: string): JsonObject => ({ type: 'string', format, pattern });

const SCALARS: Record<ScalarType, JsonObject> = {
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
  [ScalarType.INT32]: INTEGER('int32'),
  [ScalarType.SINT32]: INTEGER('int32'),
  [ScalarType.SFIXED32]: INTEGER('int32'),
  [ScalarType.UINT32]: { ...INTEGER('int64'), minimum: 0, maximum: 2 ** 32 - 1 },
  [ScalarType.FIXED32]: { ...INTEGER('int64'), minimum: 0, maximum: 2 ** 32 - 1 },
  [ScalarType.INT64]: LONG('int64', '^-?[0-9]+$'),
  [ScalarType.SINT64]: LONG('int64', '^-?[0-9]+$'),
  [ScalarType.SFIXED64]: LONG('int64', '^-?[0-9]+$'),
  [ScalarType.UINT64]: LONG('uint64', '^[0-9]+$'),
  [ScalarType.FIXED64]: LONG('uint64', '^[0-9]+$'),
};

/** What JSON Schema calls the rules that contracts state for one value. */
const KEYWORDS: Record<string, (value: JsonValue) => JsonObject> = {
  minLen: (value) => ({ minLength: Number(value) }),
  maxLen: (value) => ({ maxLength: Number(value) }),
  len: (value) => ({ minLength: Number(value), maxLength: Number(value) }),
  pattern: (value) => ({ pattern: value }),
  uuid: () => ({ format: 'uuid' }),
  email: () => ({ format: 'email' }),
  uri: () => ({ format: 'uri' }),
  hostname: () => ({ format: 'hostname' }),
  in: (value) => ({ enum: value }),
  const: (value) => ({ const: value }),
  gte: (value) => ({ minimum: Number(value) }),
  lte: (value) => ({ maximum: Number(value) }),
  gt: (value) => ({ exclusiveMinimum: Number(value) }),
  lt: (value) => ({ exclusiveMaximum: Number(value) }),
};

const LIST_KEYWORDS: Record<string, (value: JsonValue) => JsonObject> = {
  minItems: (value) => ({ minItems: Number(value) }),
  maxItems: (value) => ({ maxItems: Number(value) }),
  unique: () => ({ uniqueItems: true }),
};

const FIELD = 'buf.validate.field';

/** Schemas of messages, fields and enums. Those of messages and enums are kept in `components` and referred to by name. */
export function createSchemas({ docs, options }: Source) {
  const components: Record<string, JsonObject> = {};

  function reference(desc: DescMessage | DescEnum): JsonObject {
    const known = WRITTEN_OTHERWISE[desc.typeName];
    if (known) return known;
    const name = shortName(desc.typeName);
    if (!components[name]) {
      // Known before its fields are looked at, because a message may hold itself.
      components[name] = {};
      components[name] =
        desc.kind === 'enum' ? enumeration(desc) : { ...described(desc.typeName), ...object(desc, desc.fields) };
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  function enumeration(desc: DescEnum): JsonObject {
    const values = desc.values.map(
      ({ name, number }) => `- \`${name}\`: ${docs.get(`${desc.typeName}#${number}`) ?? ''}`,
    );
    const about = [docs.get(desc.typeName) ?? '', values.join('\n')].join('\n\n');
    return { type: 'string', description: about, enum: desc.values.map(({ name }) => name) };
  }

  function object({ typeName }: DescMessage, fields: readonly DescField[]): JsonObject {
    const required = fields.filter(isRequired).map(({ jsonName }) => jsonName);
    return {
      type: 'object',
      ...(fields.length > 0 && {
        properties: Object.fromEntries(
          fields.map((each) => [each.jsonName, { ...field(each), ...described(`${typeName}#${each.number}`) }]),
        ),
      }),
      ...(required.length > 0 && { required }),
    };
  }

  function field(desc: DescField): JsonObject {
    const own = options({ desc });
    if (desc.fieldKind === 'list') {
      return {
        type: 'array',
        ...keywords(own, `${FIELD}.repeated.`, LIST_KEYWORDS),
        items: { ...single(desc), ...rules(own, `${FIELD}.repeated.items.`, desc) },
      };
    }
    if (desc.fieldKind === 'map') return { type: 'object', additionalProperties: single(desc) };
    return { ...single(desc), ...rules(own, `${FIELD}.`, desc) };
  }

  function single(desc: DescField): JsonObject {
    if (desc.message) return reference(desc.message);
    if (desc.enum) return reference(desc.enum);
    return SCALARS[desc.scalar ?? ScalarType.STRING];
  }

  /** An empty value counts as none, so what forbids it asks for the field. A request_id may also come as the header Idempotency-Key. */
  function isRequired(desc: DescField): boolean {
    const own = options({ desc });
    if (own.get(`${FIELD}.required`) === true) return true;
    if (desc.presence === 1 || desc.fieldKind === 'map' || desc.name === 'request_id') return false;
    const notIn = own.get(`${FIELD}.enum.notIn`) ?? own.get(`${FIELD}.int64.notIn`);
    return (
      own.get(`${FIELD}.string.uuid`) === true ||
      Number(own.get(`${FIELD}.string.minLen`) ?? 0) > 0 ||
      Number(own.get(`${FIELD}.repeated.minItems`) ?? 0) > 0 ||
      (Array.isArray(notIn) && notIn.some((value) => Number(value) === 0 || String(value).endsWith('_UNSPECIFIED')))
    );
  }

  function described(key: string): JsonObject {
    const description = docs.get(key);
    return description ? { description } : {};
  }

  return { components, reference, object, field, isRequired, described };
}

export type Schemas = ReturnType<typeof createSchemas>;

function rules(own: Options, prefix: string, { scalar, enum: values }: DescField): JsonObject {
  if (scalar === undefined || values) return {};
  const type = ScalarType[scalar].toLowerCase();
  const found = keywords(own, `${prefix}${type}.`, KEYWORDS);
  if (SCALARS[scalar].type !== 'string' || scalar === ScalarType.STRING) return found;
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [/imum$/i.test(name) ? `x-${name}` : name, value]),
  );
}

function keywords(own: Options, prefix: string, known: typeof KEYWORDS): JsonObject {
  return Object.assign(
    {},
    ...[...own].map(([path, value]) => {
      const keyword = path.startsWith(prefix) ? known[path.slice(prefix.length)] : undefined;
      return keyword && value !== false ? keyword(value) : {};
    }),
  );
}
