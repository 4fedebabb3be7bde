/** Reads from a failed call when its caller may come back, and whether anybody began on it. */
import { Code, type ConnectError } from '@connectrpc/connect';
import { RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { reasonOf } from '../domain-error.ts';
import { isRefusedHere, UNREACHABLE } from './resilience/refusal.ts';

/** The least pause that the refusal asks for, in milliseconds; undefined when it asks for none. */
export function pushbackMs(error: ConnectError): number | undefined {
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
}

/** Whether a call was turned away before anybody began on it: by this process, to protect itself or the other side, or at the other side's gate. */
export function isTurnedAway(error: ConnectError): boolean {
  return isRefusedHere(error) || reasonOf(error)?.reason === 'OVERLOADED';
}

/** Whether nobody answered at all: a service that is there says why it refuses. */
export function isUnanswered(error: ConnectError): boolean {
  return error.code === Code.Unavailable && (reasonOf(error)?.reason ?? UNREACHABLE) === UNREACHABLE;
}
