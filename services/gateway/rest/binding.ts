import { type DescField, type DescMessage, type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import type { Handler } from '#chassis/rpc/handlers.ts';
import { http as httpOption } from '#gen/google/api/annotations_pb.ts';
import type { HttpRule } from '#gen/google/api/http_pb.ts';
import { createPathTable, type PathTable } from './path-table.ts';
import { parseTemplate } from './path-template.ts';
import { type TextField, textField } from './text-field.ts';

/** One way to call an RPC with plain HTTP, as its contract declares it. */
export interface HttpBinding {
  /** `GET` */
  method: string;
  /** `/v1/orders/{order_id}` */
  path: string;
  /** The fields that the path gives, by their names in it. */
  variables: ReadonlyMap<string, TextField>;
  /** What the body is: nothing, the whole message, or one field of it. */
  body: 'none' | 'message' | DescField;
  /** The field that is answered instead of the whole message. */
  responseBody: DescField | undefined;
}

/** The bindings of an RPC, none when it has no path. Throws when the contract names what is not there: a gateway with such a contract must not start. */
export function bindingsOf(method: DescMethod): HttpBinding[] {
  if (!hasOption(method, httpOption)) return [];
  const rule = getOption(method, httpOption);
  return [rule, ...rule.additionalBindings].map((each) => bindingOf(method, each));
}

/** Every path there is, and the RPC that it leads to. */
export function restTable(handlers: readonly Handler[]): PathTable<{ handler: Handler; binding: HttpBinding }> {
  const table = createPathTable<{ handler: Handler; binding: HttpBinding }>();
  for (const handler of handlers) {
    for (const binding of bindingsOf(handler.rpc.method)) {
      table.add(binding.method, binding.path, { handler, binding });
    }
  }
  return table;
}

function bindingOf(method: DescMethod, { pattern, body, responseBody }: HttpRule): HttpBinding {
  const { input, output, methodKind } = method;
  const wrong = (what: string) => new Error(`${method.parent.typeName}/${method.name}: ${what}`);
  if (pattern.case === undefined) throw wrong('its google.api.http has no path');
  const [verb, path] =
    pattern.case === 'custom' ? [pattern.value.kind, pattern.value.path] : [pattern.case, pattern.value];
  if (!/^[a-z]+$/i.test(verb)) throw wrong(`${verb} is no method of HTTP`);
  const names = parseTemplate(path).variables.map(({ field }) => field);
  const variables = new Map(
    names.map((name) => {
      const field = textField(input, name);
      if (!field || field.isList) throw wrong(`${path} has {${name}}, which is no field that a path can give`);
      return [name, field];
    }),
  );
  const streamsIn = methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
  if (streamsIn && (body !== '*' || variables.size > 0)) throw wrong('messages of a stream come in the body alone');
  return {
    ...{ method: verb.toUpperCase(), path, variables },
    body: body === '' ? 'none' : body === '*' ? 'message' : fieldOf(input, body, wrong),
    responseBody: responseBody === '' ? undefined : fieldOf(output, responseBody, wrong),
  };
}

function fieldOf(schema: DescMessage, name: string, wrong: (what: string) => Error): DescField {
  const field = schema.fields.find((known) => known.name === name);
  if (!field) throw wrong(`${schema.typeName} has no field ${name}`);
  return field;
}
