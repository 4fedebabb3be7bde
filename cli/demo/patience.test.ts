import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { patience } from './patience.ts';

/** Fails with each of `errors` in turn, then answers. */
function failing(...errors: Error[]) {
  return async () => {
    const error = errors.shift();
    if (error) throw error;
    return 'answer';
  };
}

function refusal(code: Code, reason: string): ConnectError {
  return new ConnectError('refused', code, undefined, [{ desc: ErrorInfoSchema, value: { reason, domain: 'test' } }]);
}

test.each([
  ['a service that is away', new ConnectError('connection refused', Code.Unavailable)],
  ['a broken connection', new ConnectError('stream closed', Code.Internal)],
  ['a deadline that passed', new ConnectError('too late', Code.DeadlineExceeded)],
  ['a service that asks to come again', refusal(Code.Unavailable, 'PROVIDER_UNAVAILABLE')],
])('%s is asked again, and the repeats are counted', async (_, error) => {
  const patient = patience();
  expect(await patient.call(failing(error, error))).toBe('answer');
  expect(patient.retries()).toBe(2);
});

test.each([
  ['a refusal with a reason', refusal(Code.FailedPrecondition, 'NOT_CANCELLABLE')],
  ['a service that failed', refusal(Code.Internal, 'INTERNAL')],
  ['a sign-in tried too often', refusal(Code.ResourceExhausted, 'TOO_MANY_ATTEMPTS')],
  ['a fault of our own', new TypeError('undefined is not a function')],
])('%s is told at once', async (_, error) => {
  const patient = patience();
  await expect(patient.call(failing(error))).rejects.toBe(error);
  expect(patient.retries()).toBe(0);
});
