import type { JsonValue } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { judgeIdempotency, judgePlaces, judgePolicy } from './policy.ts';

type Case = [option: string, JsonValue | undefined, JsonValue | undefined, says: string];

const verdictOf = (option: string, was: JsonValue | undefined, is: JsonValue | undefined) =>
  judgePolicy(option.startsWith('google.') ? option : `tradewind.mesh.v1.${option}`)(was, is);

test.each<Case>([
  [
    'rpc.access',
    'ACCESS_PUBLIC',
    'ACCESS_AUTHENTICATED',
    'is closed to whoever calls for no user: access was ACCESS_PUBLIC',
  ],
  ['rpc.access', 'ACCESS_AUTHENTICATED', 'ACCESS_ROLE', 'is closed to users without one of its roles'],
  ['rpc.access', 'ACCESS_PUBLIC', 'ACCESS_SERVICE', 'is closed to whoever is outside the mesh'],
  ['rpc.scopes', ['orders:read', 'orders:write'], ['orders:write'], 'is no longer open to scope orders:read'],
  ['rpc.scopes', ['orders:read'], undefined, 'is no longer open to scope orders:read'],
  ['rpc.staleOkSeconds', 60, undefined, 'is refused sooner when it does not answer'],
  ['lifecycle.sunset', '2027-07-01', '2027-01-01', 'may be gone sooner'],
  ['rpc.roles', ['MERCHANT', 'OPERATOR'], ['OPERATOR'], 'is no longer open to role MERCHANT'],
  ['rpc.timeoutMs', undefined, 1000, 'deadline was none and is 1000 ms'],
  ['event.retentionDays', undefined, 7, 'is kept shorter: 30 days before and 7 now'],
  ['data_class', 'DATA_CLASS_SECRET', undefined, 'is handled less carefully'],
])('%s from %s to %s breaks somebody', (option, was, is, says) => {
  expect(verdictOf(option, was, is)).toEqual([{ says: expect.stringContaining(says), breaks: ['behaviour'] }]);
});

test.each<Case>([
  ['rpc.access', 'ACCESS_ROLE', 'ACCESS_AUTHENTICATED', 'is opened to users without one of its roles'],
  ['rpc.access', 'ACCESS_SERVICE', 'ACCESS_PUBLIC', 'is opened to whoever is outside the mesh'],
  ['rpc.scopes', undefined, ['orders:read'], 'is newly open to scope orders:read'],
  ['rpc.staleOkSeconds', undefined, 60, 'is refused later when it does not answer'],
  ['lifecycle.sunset', undefined, '2027-07-01', 'may be gone from another day'],
  ['lifecycle.sunset', '2027-07-01', '2028-07-01', 'may be gone from another day'],
  ['rpc.roles', ['OPERATOR'], ['MERCHANT', 'OPERATOR'], 'is newly open to role MERCHANT'],
  ['rpc.timeoutMs', 1000, 2000, 'has more time'],
  ['event.retentionDays', 7, undefined, 'is kept longer: 7 days before and 30 now'],
  ['data_class', undefined, 'DATA_CLASS_PERSONAL', 'is handled more carefully'],
  ['rpc.priority', 'PRIORITY_NORMAL', 'PRIORITY_BACKGROUND', 'is shed sooner under load: priority was PRIORITY_NORMAL'],
  ['rpc.priority', undefined, 'PRIORITY_CRITICAL', 'is shed later under load'],
  ['rpc.cacheSeconds', 5, 10, 'rpc.cacheSeconds was 5 and is 10'],
  ['something.new', undefined, 'x', 'something.new was unset and is x'],
  ['something.new', [{ a: 1 }], undefined, 'something.new was {"a":1} and is unset'],
])('%s from %s to %s breaks nobody, and is told', (option, was, is, says) => {
  expect(verdictOf(option, was, is)).toEqual([{ says: expect.stringContaining(says), breaks: [] }]);
});

test('an access that asks for a user closes to some what it opens to others', () => {
  expect(verdictOf('rpc.access', 'ACCESS_SERVICE', 'ACCESS_AUTHENTICATED')).toEqual([
    { says: expect.stringContaining('is closed to whoever calls for no user'), breaks: ['behaviour'] },
    { says: expect.stringContaining('is opened to whoever is outside the mesh'), breaks: [] },
  ]);
});

test('an access that is none closes an RPC to everybody', () => {
  expect(verdictOf('rpc.access', 'ACCESS_PUBLIC', undefined)).toEqual([
    { says: expect.stringContaining('is closed to everybody'), breaks: ['behaviour'] },
  ]);
});

test('fewer places for the calls of a client break it, and more do not', () => {
  expect(judgePlaces(20, 5)).toEqual([
    { says: 'takes fewer calls of one client at once: 20 before and 5 now', breaks: ['behaviour'] },
  ]);
  expect(judgePlaces(5, 20)).toEqual([]);
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
