/** Writes the OpenAPI document of the paths that contracts declare. */
import { join } from 'node:path';
import type { DescService, JsonObject, JsonValue } from '@bufbuild/protobuf';
import { bindingsOf } from '../../services/gateway/rest/binding.ts';
import { contracts as served, upstreams } from '../../services/gateway/upstreams.ts';
import { SCOPES } from '../../services/identity/domain/oauth-scopes.ts';
import { buildImage, root } from '../gate/image.ts';
import { inTemporaryFolder } from '../gate/workspace.ts';
import { shortName } from '../reference/markdown.ts';
import { type Source, sourceOf } from '../reference/source.ts';
import { operationOf } from './operation.ts';
import { createSchemas } from './schemas.ts';

export const OPENAPI = join(root, 'services/gateway/rest/openapi.json');

/** The text of the document, as it is committed. */
export function openApiText(): Promise<string> {
  return inTemporaryFolder(async (scratch) => {
    const source = await sourceOf(await buildImage(root, join(scratch, 'contracts.binpb')));
    return `${JSON.stringify(openApi(source), undefined, 1)}\n`;
  });
}

function openApi(source: Source): JsonObject {
  const schemas = createSchemas(source);
  const services = servicesOf(source);
  const paths: Record<string, Record<string, JsonValue>> = {};
  for (const method of services.flatMap(({ methods }) => methods)) {
    for (const [nth, binding] of bindingsOf(method).entries()) {
      const path = binding.path.replace(/\{([\w.]+)=[^}]*\}/g, '{$1}');
      paths[path] = {
        ...paths[path],
        [binding.method.toLowerCase()]: operationOf(source, schemas, method, binding, nth),
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tradewind',
      version: '1',
      description: ABOUT,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: services.map(({ typeName }) => ({ name: shortName(typeName), description: source.docs.get(typeName) ?? '' })),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: {
        Error: ERROR,
        ...Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
      },
      parameters: PARAMETERS,
      headers: {
        CorrelationId: { description: 'Names this request; the `requestId` of an error.', schema: { type: 'string' } },
      },
      securitySchemes: SECURITY,
    },
  };
}

function servicesOf({ contracts }: Source): DescService[] {
  const names = [
    ...upstreams.flatMap((upstream) => served[upstream]).map(({ typeName }) => typeName),
    'tradewind.gateway.v1.GatewayService',
  ];
  return names
    .flatMap((name) => contracts.registry.getService(name) ?? [])
    .filter(({ methods }) => methods.some((method) => bindingsOf(method).length > 0));
}

const ABOUT = `A commerce backend over plain HTTP and JSON. Field names are those of Protobuf's JSON: lowerCamelCase, 64-bit integers as text, times as RFC 3339.
What a path or a body does not know is refused by name. Every error has one shape; \`reason\` is what a program should go by. The same RPCs answer Connect, gRPC-Web and gRPC on this port.`;

const ERROR: JsonObject = {
  type: 'object',
  description: 'Why a request was refused, or failed.',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'status', 'message', 'reason', 'domain', 'metadata', 'fieldViolations', 'requestId'],
      properties: {
        code: { type: 'integer', description: 'The HTTP status.' },
        status: { type: 'string', description: 'The status as every protocol here names it, as in `NOT_FOUND`.' },
        message: { type: 'string', description: 'For people.' },
        reason: { type: 'string', description: 'For programs, as in `ORDER_NOT_FOUND`.' },
        domain: { type: 'string', description: 'Whose reason it is, as in `orders.tradewind`.' },
        metadata: {
          type: 'object',
          additionalProperties: { type: 'string' },
          description: 'What the reason is about.',
        },
        fieldViolations: {
          type: 'array',
          description: 'Every field that breaks a rule.',
          items: {
            type: 'object',
            required: ['field', 'description'],
            properties: {
              field: { type: 'string', description: 'As in `items[0].quantity`; empty for the request as a whole.' },
              description: { type: 'string' },
            },
          },
        },
        requestId: { type: 'string', description: 'What to name to whoever looks for the cause.' },
        retryAfterSeconds: { type: 'integer', description: 'When it may be tried again, where that is known.' },
      },
    },
  },
};

const PARAMETERS: JsonObject = {
  Timeout: {
    ...{
      name: 'Connect-Timeout-Ms',
      in: 'header',
      description: 'How long the caller waits, in milliseconds. Unset means as long as the contract says.',
    },
    schema: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 },
  },
  IdempotencyKey: {
    ...{ name: 'Idempotency-Key', in: 'header', description: 'Stands in for `requestId` where the body has none.' },
    schema: { type: 'string', format: 'uuid' },
  },
};

const SECURITY: JsonObject = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token of a sign-in (`POST /v1/sessions`).',
  },
  oauth2: {
    type: 'oauth2',
    description: 'For clients of others. Discovery: `/.well-known/openid-configuration`.',
    flows: {
      authorizationCode: {
        authorizationUrl: '/oauth2/authorize',
        tokenUrl: '/oauth2/token',
        refreshUrl: '/oauth2/token',
        scopes: SCOPES,
      },
      clientCredentials: { tokenUrl: '/oauth2/token', scopes: {} },
    },
  },
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, for programs that act for one account.' },
};
