import type { DescMethod, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { codeToHttpStatus } from '@connectrpc/connect/protocol-connect';
import type { HttpBinding } from '../../services/gateway/rest/binding.ts';
import { examples } from '../../services/gateway/rest/examples.ts';
import { httpRefusals } from '../../services/gateway/rest/http-refusal.ts';
import { textFields } from '../../services/gateway/rest/text-field.ts';
import { namesIn } from '../gate/options.ts';
import { lastPart, nounOf, shortName } from '../reference/markdown.ts';
import type { Source } from '../reference/source.ts';
import type { Schemas } from './schemas.ts';

const RPC = 'tradewind.mesh.v1.rpc';
/** How a body may be sent wrongly, before anybody looks at what it says. */
const OF_BODIES = {
  MESSAGE_TOO_LARGE: 'The body has more than 4 MiB.',
  UNSUPPORTED_MEDIA_TYPE: 'The body is said to be something else than JSON.',
};
const COMMON: Record<string, string> = {
  '400': 'The request is none that this path takes; `fieldViolations` names every field and rule.',
  '401': 'No credential, or one that does not hold.',
  '403': 'The caller may not do this.',
  '429': 'Too many requests; `retryAfterSeconds` says when to come back.',
  '503': 'The service cannot answer now; what may be repeated can be tried again.',
  '504': 'There was no answer in time.',
};

/** One way to call an RPC, as OpenAPI describes it. `nth` tells the ways apart; the first has the RPC's own name. */
export function operationOf(
  source: Source,
  schemas: Schemas,
  method: DescMethod,
  binding: HttpBinding,
  nth: number,
): JsonObject {
  const name = `${method.parent.typeName}/${method.name}`;
  const about = source.docs.get(name) ?? '';
  const service = shortName(method.parent.typeName);
  const body = requestBody(schemas, method, binding, examples[name]);
  return {
    operationId: `${shortName(name).replace('/', '.')}${nth === 0 ? '' : `.${nth + 1}`}`,
    tags: [service],
    summary: /^.*?\.(?=\s|$)/s.exec(about)?.[0].replaceAll('\n', ' ') ?? method.name,
    description: about,
    ...(isDeprecated(method) && { deprecated: true }),
    parameters: parameters(schemas, method, binding, examples[name]),
    ...(body && { requestBody: body }),
    responses: { '200': answer(schemas, method, binding), ...refusals(source, method, binding) },
    security: security(source, method),
    'x-tradewind': policy(source, method, name),
  };
}

function isDeprecated({ proto, parent }: DescMethod): boolean {
  return proto.options?.deprecated === true || parent.proto.options?.deprecated === true;
}

function parameters(schemas: Schemas, method: DescMethod, binding: HttpBinding, example: JsonObject = {}): JsonValue[] {
  const inPath = [...binding.variables.values()];
  const known = textFields(method.input);
  const shown = (jsonPath: readonly string[]): JsonObject => {
    const value = jsonPath.reduce<JsonValue | undefined>(
      (json, name) => (json as JsonObject | undefined)?.[name],
      example,
    );
    return value === undefined ? {} : { example: value };
  };
  const path = [...binding.variables].map(([name, { name: full, jsonPath }]): JsonObject => {
    const field = known.find((each) => each.name === full)?.field;
    return {
      ...{ name, in: 'path', required: true },
      ...(field && { ...schemas.described(`${field.parent.typeName}#${field.number}`), schema: schemas.field(field) }),
      ...shown(jsonPath),
    };
  });
  const bodyField = typeof binding.body === 'object' ? binding.body.name : undefined;
  const inQuery =
    binding.body === 'message'
      ? []
      : known.filter(({ name }) => !inPath.some((each) => each.name === name) && name.split('.')[0] !== bodyField);
  const query = inQuery.map(({ jsonPath, field }): JsonObject => {
    return {
      ...{ name: jsonPath.join('.'), in: 'query' },
      ...(schemas.isRequired(field) && { required: true }),
      ...schemas.described(`${field.parent.typeName}#${field.number}`),
      schema: schemas.field(field),
      ...shown(jsonPath),
    };
  });
  const headers = [
    'Timeout',
    ...(method.input.fields.some(({ name }) => name === 'request_id') ? ['IdempotencyKey'] : []),
  ];
  return [...path, ...query, ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` }))];
}

function requestBody(
  schemas: Schemas,
  { input, methodKind }: DescMethod,
  { body, variables }: HttpBinding,
  example: JsonObject = {},
): JsonObject | undefined {
  if (body === 'none') return undefined;
  const isLines = methodKind === 'client_streaming';
  const inPath = [...variables.values()].map(({ jsonPath }) => jsonPath[0]);
  const fields = input.fields.filter(({ jsonName }) => !inPath.includes(jsonName));
  const schema = body === 'message' ? schemas.object(input, fields) : schemas.field(body);
  const left = Object.fromEntries(Object.entries(example).filter(([name]) => !inPath.includes(name)));
  const shown = body === 'message' ? left : example[body.jsonName];
  const content = {
    schema: isLines ? { ...schema, description: 'One line of the body.' } : schema,
    ...(shown !== undefined && { example: shown }),
  };
  return {
    required: Array.isArray(schema.required) || typeof body === 'object',
    content: { [isLines ? 'application/x-ndjson' : 'application/json']: content },
  };
}

function answer(schemas: Schemas, { output, methodKind }: DescMethod, { responseBody }: HttpBinding): JsonObject {
  const schema = responseBody ? schemas.field(responseBody) : schemas.reference(output);
  const { description = 'The answer.' } = schemas.described(output.typeName);
  const headers = { 'X-Correlation-Id': { $ref: '#/components/headers/CorrelationId' } };
  if (methodKind !== 'server_streaming') return { description, headers, content: { 'application/json': { schema } } };
  return {
    description: `A stream: a JSON document a line, or server-sent events for \`Accept: text/event-stream\`. Each: ${String(description)}`,
    headers,
    content: { 'application/x-ndjson': { schema }, 'text/event-stream': { schema } },
  };
}

/** Why it may refuse, by HTTP status: the reasons that the contract names, and what every RPC may answer. */
function refusals({ docs, errors, options }: Source, method: DescMethod, { body }: HttpBinding): JsonObject {
  const table = errors.get(nounOf(method.parent.typeName))?.rules ?? {};
  const named = /\bReasons?: ([\s\S]*)$/.exec(docs.get(`${method.parent.typeName}/${method.name}`) ?? '')?.[1] ?? '';
  const reasons = [...new Set(named.match(/[A-Z][A-Z0-9_]{2,}/g))].flatMap((reason) => {
    const rule = table[reason];
    return rule ? [{ reason, status: String(codeToHttpStatus(rule.code)), message: rule.message }] : [];
  });
  if (body !== 'none') {
    for (const [reason, message] of Object.entries(OF_BODIES)) {
      reasons.push({ reason, status: String(httpRefusals[reason]?.httpStatus), message });
    }
  }
  const access = options({ desc: method }).get(`${RPC}.access`);
  const common = Object.keys(COMMON).filter(
    (status) => access !== 'ACCESS_PUBLIC' || (status !== '401' && status !== '403'),
  );
  const byStatus = Map.groupBy(reasons, ({ status }) => status);
  return Object.fromEntries(
    [...new Set([...common, ...byStatus.keys()])].sort().map((status) => {
      const own = byStatus.get(status) ?? [];
      const told = [COMMON[status] ?? '', ...own.map(({ reason, message }) => `- \`${reason}\`: ${message}`)].filter(
        (line) => line !== '',
      );
      return [
        status,
        {
          description: told.join('\n'),
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
          ...(own.length > 0 && { 'x-reasons': own.map(({ reason }) => reason) }),
        },
      ];
    }),
  );
}

function security({ options }: Source, method: DescMethod): JsonValue[] {
  const own = options({ desc: method });
  if (own.get(`${RPC}.access`) === 'ACCESS_PUBLIC') return [];
  return [{ bearer: [] }, { oauth2: namesIn(own, `${RPC}.scopes`) }, { apiKey: [] }];
}

function policy({ options }: Source, method: DescMethod, name: string): JsonObject {
  const own = options({ desc: method });
  const word = (path: string, prefix: string) =>
    String(own.get(`${RPC}.${path}`) ?? '')
      .replace(prefix, '')
      .toLowerCase();
  return {
    rpc: name,
    access: word('access', 'ACCESS_'),
    roles: namesIn(own, `${RPC}.roles`),
    timeoutMs: Number(own.get(`${RPC}.timeoutMs`) ?? 0),
    priority: word('priority', 'PRIORITY_'),
    mayBeRepeated: method.idempotency !== Idempotency.IDEMPOTENCY_UNKNOWN,
    stream: lastPart(method.methodKind),
  };
}
