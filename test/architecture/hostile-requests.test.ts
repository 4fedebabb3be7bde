import { create, type DescField, type DescMessage, type DescMethod, fromBinary, getOption } from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { createValidator } from '@bufbuild/protovalidate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import type { Route } from '#chassis/rpc/implementation.ts';
import { type Served, serve } from '#chassis/testing/serve.ts';
import { BadRequestSchema } from '#gen/google/rpc/error_details_pb.ts';
import { rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { nameOf, rpcServices, rpcs } from './contracts.ts';

/** Every contract, served for real, with nothing behind it: whatever gets past the chain would answer INTERNAL. */
let mesh: Served;

beforeAll(async () => {
  const reached = () => {
    throw new Error('a request that should have been refused was served');
  };
  const routes: Route[] = rpcServices.map((service) => ({
    service,
    impl: Object.fromEntries(service.methods.map((method) => [method.localName, reached])),
  }));
  mesh = await serve(routes, { domain: 'test.tradewind', rules: {} });
});

afterAll(() => mesh.stop());

interface Answer {
  code: string;
  fields: string[];
}

/** Sends a body as someone who may call, and reads which fields the answer names. */
async function send(method: DescMethod, body: unknown): Promise<Answer> {
  const [service] = getOption(method, rpcPolicy).allowedCallers.filter((caller) => caller !== 'external');
  const user = { id: newId(), roles: ['SHOPPER', 'MERCHANT', 'OPERATOR'] };
  const response = await fetch(`http://127.0.0.1:${mesh.httpPort}/${nameOf(method)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await mesh.headers(service ? { user, service } : { user })) },
    body: JSON.stringify(body),
  });
  const { code, details = [] } = (await response.json()) as {
    code: string;
    details?: { type: string; value: string }[];
  };
  const fields = details
    .filter(({ type }) => type === BadRequestSchema.typeName)
    .flatMap(({ value }) => fromBinary(BadRequestSchema, base64Decode(value)).fieldViolations)
    .map(({ field }) => field);
  return { code, fields };
}

const unary = rpcs.filter((method) => method.methodKind === 'unary');
const isText = (field: DescField) => field.fieldKind === 'scalar' && field.scalar === 9 && !field.oneof;

/** The fields that must be given, by the contract's own rules. */
function required(message: DescMessage): string[] {
  const { violations = [] } = createValidator().validate(message, create(message));
  return violations.map((violation) => violation.field.map((part) => ('name' in part ? part.name : '')).join('.'));
}

const listed = (methods: DescMethod[]) => methods.map((method) => ({ name: nameOf(method), method }));

describe('an empty request is refused, naming what is missing', () => {
  test.each(listed(unary.filter(({ input }) => required(input).length > 0)))('$name', async ({ method }) => {
    const { code, fields } = await send(method, {});
    expect(code).toBe('invalid_argument');
    expect(fields).toEqual(expect.arrayContaining(required(method.input)));
  });
});

describe('an oversized request is refused, naming what is too long', () => {
  test.each(listed(unary.filter(({ input }) => input.fields.some(isText))))('$name', async ({ method }) => {
    const long = method.input.fields.filter(isText);
    const { code, fields } = await send(
      method,
      Object.fromEntries(long.map(({ name }) => [name, 'x'.repeat(100_000)])),
    );
    expect(code).toBe('invalid_argument');
    expect(fields).toEqual(expect.arrayContaining(long.map(({ name }) => name)));
  });
});

describe('a request of the wrong shape is refused, naming the field', () => {
  test.each(listed(unary.filter(({ input }) => input.fields.length > 0)))('$name', async ({ method }) => {
    const [field] = method.input.fields;
    const wrong = field?.fieldKind === 'scalar' || field?.fieldKind === 'enum' ? { not: 'this' } : 'text';
    const { code, fields } = await send(method, { [field?.name ?? '']: wrong });
    expect(code).toBe('invalid_argument');
    expect(fields).toEqual([field?.name]);
  });
});
