import { readFileSync } from 'node:fs';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { HttpHandler } from '#chassis/rpc/plain-http.ts';
import { yamlOf } from './yaml.ts';

/** The parts of an OpenAPI operation that pages show. */
export interface Operation {
  operationId: string;
  tags: [string];
  summary: string;
  description: string;
  deprecated?: boolean;
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonObject; example?: JsonValue }> };
  responses: Record<string, { description: string; content: Record<string, { schema: JsonObject }> }>;
  'x-tradewind': { rpc: string; access: string; roles: string[]; timeoutMs: number };
}

export interface Parameter {
  name?: string;
  in?: string;
  required?: boolean;
  description?: string;
  schema?: JsonObject;
  example?: JsonValue;
}

export interface OpenApi {
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonObject> };
}

/** The document that `npm run generate` made of the contracts. */
export function readOpenApi(): OpenApi {
  return JSON.parse(readFileSync(new URL('openapi.json', import.meta.url), 'utf8')) as OpenApi;
}

/** The document as JSON and as YAML, each with the address it was asked for at as its server. */
export function openApiPages(
  document: OpenApi,
  addressOf: (request: Parameters<HttpHandler>[0]) => string,
): Record<string, HttpHandler> {
  const page =
    (type: string, write: (value: JsonValue) => string): HttpHandler =>
    (request, response) => {
      const at = { ...document, servers: [{ url: addressOf(request) }] };
      response.setHeader('content-type', type);
      response.end(write(at as unknown as JsonValue));
    };
  return {
    '/openapi.json': page('application/json; charset=utf-8', (value) => `${JSON.stringify(value)}\n`),
    '/openapi.yaml': page('application/yaml; charset=utf-8', yamlOf),
  };
}
