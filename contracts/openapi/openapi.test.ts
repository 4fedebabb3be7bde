import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { OPENAPI, openApiText } from './document.ts';

const written = () => readFileSync(OPENAPI, 'utf8');

test('the OpenAPI document is that of the contracts; npm run generate writes it anew', async () => {
  expect(written()).toBe(await openApiText());
});

test('the OpenAPI document is valid', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(written()));
  expect({ valid, errors, version: validator.version }).toEqual({ valid: true, errors: undefined, version: '3.1' });
  expect(() => validator.resolveRefs()).not.toThrow();
});

test('every operation has a name of its own', () => {
  const { paths } = JSON.parse(written()) as { paths: Record<string, Record<string, { operationId: string }>> };
  const ids = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  expect(ids.length).toBeGreaterThan(40);
  expect(new Set(ids).size).toBe(ids.length);
});
