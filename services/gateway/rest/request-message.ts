import {
  create,
  type DescMessage,
  fromJsonString,
  type JsonObject,
  type JsonValue,
  type Message,
  mergeFromJson,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { badRequest, type FieldViolation } from '#chassis/rpc/bad-request.ts';
import { inWords } from '#chassis/rpc/misfit.ts';
import type { HttpBinding } from './binding.ts';
import { fittingParts, otherBrokenRules } from './broken-rules.ts';
import { parseQuery } from './query.ts';
import { type TextField, textField } from './text-field.ts';
import { unfitJson } from './unfit-json.ts';

/** The parts of a request that fields come from. */
export interface RequestParts {
  variables: ReadonlyMap<string, string>;
  /** What follows the question mark. */
  query: string;
  /** Empty when there was none. */
  body: string;
  /** The header `Idempotency-Key`. */
  idempotencyKey: string | undefined;
}

/** Makes the message of an RPC out of a request's path, query and body. What cannot be a part of it is refused, each thing by its name, and with it every rule that the rest breaks. */
export function requestMessage(schema: DescMessage, binding: HttpBinding, parts: RequestParts): Message {
  const sent = bodyMessage(schema, binding, parts.body);
  const texts = textJson(schema, binding, parts, sent.json);
  const unfit = [...sent.violations, ...texts.violations];
  const message = unfit.length > 0 ? fittingParts(schema, [sent.json, texts.json]) : merged(schema, sent, texts.json);
  const violations = [...unfit, ...fillRequestId(schema, message, parts.idempotencyKey)];
  if (violations.length > 0) throw badRequest([...violations, ...otherBrokenRules(schema, message, violations)]);
  return message;
}

function merged(schema: DescMessage, { message }: Decoded, json: JsonObject): Message {
  try {
    return mergeFromJson(schema, message, json);
  } catch (error) {
    throw badRequest([{ field: '', description: inWords(error) }]);
  }
}

/** One message of a client's stream. */
export function messageOfLine(schema: DescMessage, line: string): Message {
  const { message, violations } = decoded(schema, line, parsed(line));
  if (violations.length > 0) throw badRequest(violations);
  return message;
}

interface Decoded {
  message: Message;
  json: JsonValue;
  violations: FieldViolation[];
}

function bodyMessage(schema: DescMessage, { body }: HttpBinding, text: string): Decoded {
  if (text === '') return { message: create(schema), json: {}, violations: [] };
  if (body === 'none') throw badRequest([{ field: '', description: 'this path takes no body' }]);
  const json = parsed(text);
  if (body === 'message') return decoded(schema, text, json);
  return decoded(schema, `{${JSON.stringify(body.jsonName)}:${text}}`, { [body.jsonName]: json });
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw badRequest([{ field: '', description: `the body is no JSON: ${inWords(error)}` }]);
  }
}

/** From the text, because only there names that are given twice can be seen. */
function decoded(schema: DescMessage, text: string, json: JsonValue): Decoded {
  try {
    return { message: fromJsonString(schema, text), json, violations: [] };
  } catch (error) {
    const violations = unfitJson(schema, json);
    const told = violations.length > 0 ? violations : [{ field: '', description: inWords(error) }];
    return { message: create(schema), json, violations: told };
  }
}

/** What path and query say, as JSON. */
function textJson(
  schema: DescMessage,
  binding: HttpBinding,
  { variables, query }: RequestParts,
  body: JsonValue,
): { json: JsonObject; violations: FieldViolation[] } {
  const json: JsonObject = {};
  const violations: FieldViolation[] = [];
  const given = new Set<string>();
  for (const [name, text] of variables) {
    const field = binding.variables.get(name);
    if (!field) continue;
    const inBody = valueAt(body, field.name.split('.')) ?? valueAt(body, field.jsonPath);
    if (inBody !== undefined && inBody !== text) {
      violations.push({ field: field.name, description: 'is not the same in the body as in the path' });
    }
    put(json, field, text);
    given.add(field.name);
  }
  for (const [name, text] of parseQuery(query)) {
    const field = binding.body === 'message' ? undefined : textField(schema, name);
    const inBody = typeof binding.body === 'object' && field?.jsonPath[0] === binding.body.jsonName;
    if (!field || inBody) violations.push({ field: name, description: 'is no query parameter of this path' });
    else if (!field.isList && given.has(field.name)) violations.push({ field: name, description: 'is given twice' });
    else put(json, field, text);
    if (field) given.add(field.name);
  }
  return { json, violations: [...violations, ...(Object.keys(json).length > 0 ? unfitJson(schema, json) : [])] };
}

function put(json: JsonObject, { jsonPath, isList, toJson }: TextField, text: string): void {
  let within = json;
  for (const name of jsonPath.slice(0, -1)) {
    within[name] ??= {};
    within = within[name] as JsonObject;
  }
  const last = jsonPath.at(-1) ?? '';
  if (!isList) within[last] = toJson(text);
  else within[last] = [...((within[last] as JsonValue[] | undefined) ?? []), toJson(text)];
}

function valueAt(json: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined;
    value = value[name];
  }
  return value;
}

/** The standard header stands in for the field, for clients that know only the one. Quotes belong to the header's syntax. */
function fillRequestId(schema: DescMessage, message: Message, key: string | undefined): FieldViolation[] {
  const field = schema.fields.find(({ name }) => name === 'request_id');
  if (field?.fieldKind !== 'scalar' || key === undefined) return [];
  const id = key.replace(/^"(.*)"$/, '$1');
  const reflected = reflect(schema, message);
  const known = reflected.get(field);
  if (known === '') reflected.set(field, id);
  return known === '' || known === id
    ? []
    : [{ field: 'request_id', description: 'is not the same as in the header Idempotency-Key' }];
}
