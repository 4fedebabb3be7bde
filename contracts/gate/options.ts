/** Reads what options say of an element, as a flat list that can be compared; also options nobody knew of when this was written. */
import {
  type DescExtension,
  getExtension,
  hasExtension,
  type JsonValue,
  type Message,
  toJson,
} from '@bufbuild/protobuf';
import type { MethodOptions } from '@bufbuild/protobuf/wkt';
import { http } from '#gen/google/api/annotations_pb.ts';
import type { HttpRule } from '#gen/google/api/http_pb.ts';
import type { Element } from './elements.ts';
import type { Contracts } from './image.ts';

/** The ways to call an RPC over REST, each as `POST /v1/orders with body *`: which of several comes first means nothing. */
export const REST = 'google.api.http';

/** `tradewind.mesh.v1.rpc.timeoutMs` → 2000. Lists are values. Names below an option are those of JSON. */
export type Options = ReadonlyMap<string, JsonValue>;

const OPTIONS_OF: Partial<Record<Element['desc']['kind'], string>> = {
  service: 'ServiceOptions',
  rpc: 'MethodOptions',
  message: 'MessageOptions',
  field: 'FieldOptions',
  enum: 'EnumOptions',
  enum_value: 'EnumValueOptions',
};

export function optionsOf({ registry }: Contracts, { desc }: Pick<Element, 'desc'>): Options {
  const flat = new Map<string, JsonValue>();
  const options: Message | undefined = desc.proto.options;
  if (!options) return flat;
  const extendee = `google.protobuf.${OPTIONS_OF[desc.kind]}`;
  for (const extension of registry) {
    if (extension.kind !== 'extension' || extension.extendee.typeName !== extendee) continue;
    if (!hasExtension(options, extension)) continue;
    if (extension.typeName === REST) flat.set(REST, waysOf(getExtension(options as MethodOptions, http)));
    else flatten(extension.typeName, jsonOf(extension, options), flat);
  }
  return flat;

  function jsonOf(extension: DescExtension, holder: Message): JsonValue {
    const value: unknown = getExtension(holder, extension);
    if (extension.message) return toJson(extension.message, value as Message, { registry });
    if (extension.enum && typeof value === 'number') return extension.enum.value[value]?.name ?? value;
    return typeof value === 'boolean' || typeof value === 'number' ? value : String(value);
  }
}

function waysOf({ pattern, body, additionalBindings }: HttpRule): string[] {
  const { case: kind, value } = pattern;
  const [verb, path] = kind === 'custom' ? [value.kind, value.path] : [kind?.toUpperCase(), value];
  return [`${verb} ${path}${body && ` with body ${body}`}`, ...additionalBindings.flatMap(waysOf)];
}

function flatten(path: string, value: JsonValue, into: Map<string, JsonValue>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    into.set(path, value);
    return;
  }
  for (const [key, part] of Object.entries(value)) flatten(`${path}.${key}`, part, into);
}

/** A list of names, such as callers or roles; empty when it is not set. */
export function namesIn(options: Options, path: string): string[] {
  const value = options.get(path);
  return Array.isArray(value) ? value.map(String) : [];
}
