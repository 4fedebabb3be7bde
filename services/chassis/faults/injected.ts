import { type Code, ConnectError } from '@connectrpc/connect';

const injected = new WeakSet<object>();

/**
 * The error of a call that fails on purpose. It says of no reason, because callers take an error with a reason for an answer of a service that is well: this is to
 * look like one that is not.
 */
export function injectedError(code: Code): ConnectError {
  const error = new ConnectError('a fault was injected', code);
  injected.add(error);
  return error;
}

/** Whether a failure was made so, and is to leave as it is. */
export function isInjected(failure: unknown): failure is ConnectError {
  return typeof failure === 'object' && failure !== null && injected.has(failure);
}
