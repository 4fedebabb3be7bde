import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { HttpBinding } from './binding.ts';

/** A request over REST, ready to be sent or shown. */
export interface RestRequest {
  method: string;
  /** With its query. */
  path: string;
  body: JsonValue | undefined;
}

/** Takes the message of an RPC apart into path, query and body, as its contract binds them: what the face itself does, the other way round. */
export function requestOf(binding: HttpBinding, message: JsonObject): RestRequest {
  const left = structuredClone(message);
  const path = binding.path.replace(/\{([\w.]+)(?:=[^}]*)?\}/g, (whole, name: string) => {
    const field = binding.variables.get(name);
    return field ? encodeURIComponent(String(take(left, field.jsonPath))) : whole;
  });
  if (binding.body === 'message') return { method: binding.method, path, body: left };
  const body = binding.body === 'none' ? undefined : take(left, [binding.body.jsonName]);
  const query = parametersOf(left, '').join('&');
  return { method: binding.method, path: query === '' ? path : `${path}?${query}`, body };
}

function take(from: JsonObject, [name = '', ...rest]: readonly string[]): JsonValue | undefined {
  const value = from[name];
  if (rest.length > 0) return typeof value === 'object' ? take(value as JsonObject, rest) : undefined;
  delete from[name];
  return value;
}

function parametersOf(json: JsonObject, prefix: string): string[] {
  return Object.entries(json).flatMap(([name, value]) => {
    const dotted = `${prefix}${name}`;
    if (Array.isArray(value)) return value.map((each) => `${dotted}=${encodeURIComponent(String(each))}`);
    if (typeof value === 'object' && value !== null) return parametersOf(value, `${dotted}.`);
    return [`${dotted}=${encodeURIComponent(String(value))}`];
  });
}
