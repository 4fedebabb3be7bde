import type { JsonValue } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { judgeRule } from './rules.ts';

const breaksOf = (rule: string, was: JsonValue | undefined, is: JsonValue | undefined) =>
  judgeRule(`buf.validate.field.${rule}`)(was, is).flatMap(({ breaks }) => breaks);

test.each<[rule: string, JsonValue | undefined, JsonValue | undefined]>([
  ['string.maxLen', '200', '100'],
  ['string.maxLen', undefined, '100'],
  ['string.minLen', '1', '2'],
  ['repeated.items.string.maxLen', '64', '36'],
  ['int64.gte', '-5', '0'],
  ['int64.lt', '1000', '999'],
  ['duration.lte', '900s', '60s'],
  ['string.uuid', undefined, true],
  ['required', false, true],
  ['string.pattern', '^[A-Z]+$', '^[A-Z]{3}$'],
  ['string.in', ['a', 'b'], ['a']],
  ['enum.notIn', [0], [0, 3]],
])('%s from %s to %s asks more of clients', (rule, was, is) => {
  expect(breaksOf(rule, was, is)).toEqual(['behaviour']);
});

test.each<[rule: string, JsonValue | undefined, JsonValue | undefined]>([
  ['string.maxLen', '100', '200'],
  ['string.maxLen', '100', undefined],
  ['string.minLen', '2', '1'],
  ['duration.lte', '60s', '900s'],
  ['string.uuid', true, undefined],
  ['required', true, false],
  ['string.in', ['a'], ['a', 'b']],
  ['enum.notIn', [0, 3], [0]],
])('%s from %s to %s asks no more of clients', (rule, was, is) => {
  expect(breaksOf(rule, was, is)).toEqual([]);
});
