import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, expect, test, vi } from 'vitest';
import { AlreadyRunning } from '#chassis/local/supervisor.ts';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { explain, FAILED, MISUSE, Misuse, NotAnswering } from './failure.ts';

const printed: string[] = [];
vi.spyOn(console, 'error').mockImplementation((text: string) => void printed.push(text));
afterEach(() => void printed.splice(0));

function explained(error: unknown, json = false): { code: number; text: string } {
  return { code: explain(error, json), text: printed.join('\n') };
}

function refused(code: Code, message: string, reason: string, fields: Record<string, string> = {}): ConnectError {
  const fieldViolations = Object.entries(fields).map(([field, description]) => ({ field, description }));
  return new ConnectError(message, code, undefined, [
    { desc: ErrorInfoSchema, value: create(ErrorInfoSchema, { reason, domain: 'orders.tradewind' }) },
    { desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations }) },
  ]);
}

test('what was asked wrongly ends with 2, and what failed with 1', () => {
  expect(explained(new Misuse('say which')).code).toBe(MISUSE);
  expect(explained(new AlreadyRunning('it runs')).code).toBe(MISUSE);
  expect(explained(refused(Code.InvalidArgument, 'bad', 'VALIDATION_FAILED')).code).toBe(MISUSE);
  expect(explained(refused(Code.NotFound, 'gone', 'ORDER_NOT_FOUND')).code).toBe(FAILED);
  expect(explained(new Error('broken')).code).toBe(FAILED);
});

test('a refusal names its code and reason, and each field once', () => {
  const error = refused(Code.InvalidArgument, 'a: is bad', 'VALIDATION_FAILED', { a: 'is bad', b: 'is worse' });
  expect(explained(error).text).toBe('a: is bad (INVALID_ARGUMENT, VALIDATION_FAILED)\n  b: is worse');
});

test('scripts read the same as JSON', () => {
  const { text } = explained(refused(Code.NotFound, 'no such order', 'ORDER_NOT_FOUND'), true);
  expect(JSON.parse(text)).toMatchObject({
    error: { code: 'NOT_FOUND', reason: 'ORDER_NOT_FOUND', message: 'no such order' },
  });
});

const nobody = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
test.each([
  ['a call', new ConnectError(nobody.message, Code.Unavailable, undefined, undefined, nobody)],
  ['a fetch', new TypeError('fetch failed', { cause: nobody })],
  ['the broker', Object.assign(new Error('CONNECTION_REFUSED'), { code: 'CONNECTION_REFUSED' })],
])('%s that nobody answers says that the mesh does not', (_, error) => {
  expect(explained(error)).toMatchObject({ code: FAILED, text: expect.stringContaining('The mesh does not answer (') });
});

test('a part of the mesh that nobody answers for is named, to people and to scripts', () => {
  const error = new NotAnswering('The broker at 127.0.0.1:1', new Error('CONNECTION_REFUSED', { cause: nobody }));
  const said =
    'The broker at 127.0.0.1:1 does not answer (CONNECTION_REFUSED). `npx tradewind status` tells what runs.';
  expect(explained(error)).toEqual({ code: FAILED, text: said });
  printed.splice(0);
  expect(JSON.parse(explained(error, true).text)).toEqual({ error: { code: 'UNAVAILABLE', message: said } });
});

test('a service that is overloaded is not taken for one that is not there', () => {
  const error = refused(Code.Unavailable, 'try again later', 'OVERLOADED');
  expect(explained(error).text).toBe('try again later (UNAVAILABLE, OVERLOADED)');
});
