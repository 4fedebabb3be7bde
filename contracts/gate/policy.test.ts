import type { JsonValue } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { judgeIdempotency, judgePolicy } from './policy.ts';

type Case = [option: string, JsonValue | undefined, JsonValue | undefined, says: string];

const verdictOf = (option: string, was: JsonValue | undefined, is: JsonValue | undefined) =>
  judgePolicy(option.startsWith('google.') ? option : `tradewind.mesh.v1.${option}`)(was, is);

test.each<Case>([
  ['rpc.access', 'ACCESS_AUTHENTICATED', 'ACCESS_ROLE', 'is closed to some'],
  ['rpc.roles', ['MERCHANT', 'OPERATOR'], ['OPERATOR'], 'no longer suffices: role MERCHANT'],
  ['rpc.timeoutMs', undefined, 1000, 'deadline was none and is 1000 ms'],
  ['event.retentionDays', undefined, 7, 'is kept shorter: 30 days before and 7 now'],
  ['data_class', 'DATA_CLASS_SECRET', undefined, 'is handled less carefully'],
])('%s from %s to %s breaks somebody', (option, was, is, says) => {
  expect(verdictOf(option, was, is)).toEqual([{ says: expect.stringContaining(says), breaks: ['behaviour'] }]);
});

test.each<Case>([
  ['rpc.access', 'ACCESS_ROLE', 'ACCESS_PUBLIC', 'is opened to some'],
  ['rpc.roles', ['OPERATOR'], ['MERCHANT', 'OPERATOR'], 'newly suffices: role MERCHANT'],
  ['rpc.timeoutMs', 1000, 2000, 'has more time'],
  ['event.retentionDays', 7, undefined, 'is kept longer: 7 days before and 30 now'],
  ['data_class', undefined, 'DATA_CLASS_PERSONAL', 'is handled more carefully'],
  ['rpc.priority', 'PRIORITY_NORMAL', 'PRIORITY_BACKGROUND', 'rpc.priority was PRIORITY_NORMAL'],
  ['something.new', undefined, 'x', 'something.new was unset and is x'],
  ['something.new', [{ a: 1 }], undefined, 'something.new was {"a":1} and is unset'],
])('%s from %s to %s breaks nobody, and is told', (option, was, is, says) => {
  expect(verdictOf(option, was, is)).toEqual([{ says: expect.stringContaining(says), breaks: [] }]);
});

test('a caller that comes and one that goes are told one by one', () => {
  expect(verdictOf('rpc.allowedCallers', ['gateway', 'orders'], ['gateway', 'reviews'])).toEqual([
    { says: 'may no longer be called by orders', breaks: ['behaviour'], callers: ['orders'] },
    { says: 'may newly be called by reviews', breaks: [], callers: ['reviews'] },
  ]);
});

test('a way to call over REST that goes breaks those who use it, and one that comes breaks nobody', () => {
  const [was, is] = [
    ['GET /v1/orders', 'GET /v1/my-orders'],
    ['POST /v1/orders with body *', 'GET /v1/my-orders'],
  ];
  expect(verdictOf('google.api.http', was, is)).toEqual([
    { says: 'can no longer be called as GET /v1/orders', breaks: ['JSON'] },
    { says: 'can newly be called as POST /v1/orders with body *', breaks: [] },
  ]);
});

test.each([
  ['NO_SIDE_EFFECTS', 'IDEMPOTENT', ['behaviour']],
  ['IDEMPOTENT', 'IDEMPOTENCY_UNKNOWN', ['behaviour']],
  ['IDEMPOTENCY_UNKNOWN', 'NO_SIDE_EFFECTS', []],
])('idempotency from %s to %s breaks: %s', (was, is, breaks) => {
  expect(judgeIdempotency(was, is)[0]?.breaks).toEqual(breaks);
});
