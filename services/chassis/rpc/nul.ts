import { type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';

/** Looks into values of one kind: whether one holds a NUL at all, which every call pays for, and then in which fields. */
interface Look {
  has(value: unknown): boolean;
  /** Only asked of a value that has one. `path` is the value's own. */
  where(value: unknown, path: string): string[];
}

/**
 * The paths of the texts in a message that hold a NUL character (U+0000), as in `product.image_urls[0]`. PostgreSQL cannot store such a text, so it is refused as
 * the caller's mistake before it can become a failure of ours. What a type may hold is worked out once per type: a message of numbers costs nothing.
 */
export function pathsWithNul(schema: DescMessage, message: Message): string[] {
  const look = lookOf(schema);
  return look.has(message) ? look.where(message, '') : NONE;
}

const NONE: string[] = [];
const looks = new WeakMap<DescMessage, Look>();

function lookOf(schema: DescMessage): Look {
  const known = looks.get(schema);
  if (known) return known;
  const parts: { name: string; read(message: Record<string, unknown>): unknown; look: Look }[] = [];
  const look: Look = {
    has(message) {
      for (const part of parts) if (part.look.has(part.read(message as Record<string, unknown>))) return true;
      return false;
    },
    where: (message, path) =>
      parts.flatMap((part) => {
        const value = part.read(message as Record<string, unknown>);
        return part.look.has(value) ? part.look.where(value, path ? `${path}.${part.name}` : part.name) : [];
      }),
  };
  // Known before its fields are looked at, because a message may hold itself.
  looks.set(schema, look);
  for (const field of schema.fields) {
    const of = lookOfField(field);
    if (of) parts.push({ name: field.name, read: reader(field), look: of });
  }
  return look;
}

function lookOfField(field: DescField): Look | undefined {
  switch (field.fieldKind) {
    case 'scalar':
      return field.scalar === ScalarType.STRING ? text : undefined;
    case 'message':
      return holdsText(field.message) ? whenSet(lookOf(field.message)) : undefined;
    case 'list': {
      const of = lookOfElement(field.scalar, field.message);
      return of && listOf(of);
    }
    case 'map': {
      const key = lookOfElement(field.mapKey, undefined);
      const value = lookOfElement(field.scalar, field.message);
      return key || value ? mapOf(key ?? nothing, value ?? nothing) : undefined;
    }
    default:
      return undefined;
  }
}

function lookOfElement(scalar: ScalarType | undefined, message: DescMessage | undefined): Look | undefined {
  if (message) return holdsText(message) ? lookOf(message) : undefined;
  return scalar === ScalarType.STRING ? text : undefined;
}

/** Whether text can be anywhere in messages of a type. */
function holdsText(schema: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return schema.fields.some(
    (field) =>
      ('scalar' in field && field.scalar === ScalarType.STRING) ||
      (field.fieldKind === 'map' && field.mapKey === ScalarType.STRING) ||
      (field.message !== undefined && holdsText(field.message, seen)),
  );
}

/** Reads a field of a message. The fields of a oneof share one property, which says whose the value is. */
function reader({ localName, oneof }: DescField): (message: Record<string, unknown>) => unknown {
  if (!oneof) return (message) => message[localName];
  return (message) => {
    const chosen = message[oneof.localName] as { case?: string; value?: unknown };
    return chosen.case === localName ? chosen.value : undefined;
  };
}

const nothing: Look = { has: () => false, where: () => [] };

const text: Look = {
  has: (value) => typeof value === 'string' && value.includes('\0'),
  where: (_, path) => [path],
};

function whenSet(look: Look): Look {
  return { ...look, has: (value) => value !== undefined && look.has(value) };
}

function listOf(look: Look): Look {
  return {
    has: (values) => (values as unknown[]).some(look.has),
    where: (values, path) =>
      (values as unknown[]).flatMap((value, index) => (look.has(value) ? look.where(value, `${path}[${index}]`) : [])),
  };
}

function mapOf(keys: Look, values: Look): Look {
  const isHit = ([key, value]: [string, unknown]) => keys.has(key) || values.has(value);
  return {
    has: (map) => Object.entries(map as object).some(isHit),
    where: (map, path) =>
      Object.entries(map as object)
        .filter(isHit)
        .flatMap(([key, value]) => {
          const place = `${path}[${JSON.stringify(key)}]`;
          return keys.has(key) ? [place] : values.where(value, place);
        }),
  };
}
