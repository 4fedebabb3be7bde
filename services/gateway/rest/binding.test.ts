import type { DescFile } from '@bufbuild/protobuf';
import {
  clone,
  create,
  createFileRegistry,
  type DescMethod,
  type MessageInitShape,
  setExtension,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { http as httpOption } from '#gen/google/api/annotations_pb.ts';
import { HttpRuleSchema } from '#gen/google/api/http_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { answerJson } from './answer.ts';
import { bindingsOf } from './binding.ts';

/** An RPC of the catalog as if its contract gave it this rule. */
function withRule(name: string, rule: MessageInitShape<typeof HttpRuleSchema>): DescMethod {
  const file = clone(FileDescriptorProtoSchema, CatalogService.file.proto);
  const method = file.service[0]?.method.find((each) => each.name === name);
  if (!method) throw new Error(`there is no ${name}`);
  method.options = create(MethodOptionsSchema);
  setExtension(method.options, httpOption, create(HttpRuleSchema, rule));
  const others = everythingBelow(CatalogService.file).map(({ proto }) => proto);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...others, file] }));
  const made = registry.getService(CatalogService.typeName)?.methods.find((each) => each.name === name);
  if (!made) throw new Error(`there is no ${name}`);
  return made;
}

function everythingBelow({ dependencies }: DescFile): DescFile[] {
  const all = dependencies.flatMap((file) => [...everythingBelow(file), file]);
  return [...new Map(all.map((file) => [file.name, file])).values()];
}

const get = (path: string) => ({ pattern: { case: 'get' as const, value: path } });

describe('a contract is refused at start-up', () => {
  test.each([
    ['names a field that is not there', 'GetProduct', get('/v1/products/{id}'), '{id}, which is no field'],
    [
      'gives a list by its path',
      'BatchGetProducts',
      get('/v1/products/{product_ids}'),
      'no field that a path can give',
    ],
    ['gives a message by its path', 'UpsertProduct', get('/v1/products/{product}'), 'no field that a path can give'],
    [
      'takes an unknown field as body',
      'UpsertProduct',
      { ...get('/v1/products'), body: 'produce' },
      'has no field produce',
    ],
    [
      'answers an unknown field',
      'GetProduct',
      { ...get('/v1/products'), responseBody: 'produce' },
      'has no field produce',
    ],
    ['takes a stream in a query', 'ImportProducts', get('/v1/products:import'), 'come in the body alone'],
    ['has no path', 'GetProduct', {}, 'has no path'],
    [
      'has any method',
      'GetProduct',
      { pattern: { case: 'custom', value: { kind: '*', path: '/v1/x' } } },
      'no method of HTTP',
    ],
  ] as const)('that %s', (_, name, rule, problem) => {
    expect(() => bindingsOf(withRule(name, rule))).toThrow(problem);
  });
});

test('a method of its own and further paths are understood', () => {
  const rule = {
    pattern: { case: 'custom' as const, value: { kind: 'REPORT', path: '/v1/products/{product_id}' } },
    additionalBindings: [get('/v1/items/{product_id}')],
  };
  const bindings = bindingsOf(withRule('GetProduct', rule));
  expect(bindings.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'REPORT /v1/products/{product_id}',
    'GET /v1/items/{product_id}',
  ]);
});

test('where the contract says so, one field is the whole answer, also when it is empty', () => {
  const [binding] = bindingsOf(withRule('ListProducts', { ...get('/v1/products'), responseBody: 'products' }));
  const { output } = CatalogService.method.listProducts;
  expect(answerJson(output, create(output), binding?.responseBody)).toEqual([]);
  const one = create(output, { products: [{ id: 'a' }] });
  expect(answerJson(output, one, binding?.responseBody)).toMatchObject([{ id: 'a' }]);
});
