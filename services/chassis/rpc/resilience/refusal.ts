import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { MESH_DOMAIN } from '../access-error.ts';

/** The reason of a call that met nobody. */
export const UNREACHABLE = 'UNREACHABLE';

/** A channel looks for its servers at least this often. */
const LOOK_AGAIN_MS = 1_000;

const refusals = new WeakSet<object>();

/** Whether this process itself did not send a call, to protect itself or the other side: then sending it again at once is pointless. */
export function isRefusedHere(error: object): boolean {
  return refusals.has(error);
}

/** UNAVAILABLE: the dependency has been failing, and is left alone for `retryMs`. */
export function circuitOpen(dependency: string, retryMs: number, cause?: unknown): ConnectError {
  const message = `${dependency} has been failing: circuit open, try again in ${Math.ceil(retryMs / 1000)} s`;
  return refused(message, Code.Unavailable, 'CIRCUIT_OPEN', dependency, retryMs, cause);
}

/** UNAVAILABLE: nobody was there for longer than a restart takes. Whoever comes back may be there the next moment. */
export function unreachable(dependency: string, cause?: unknown): ConnectError {
  const message = `${dependency} cannot be reached now`;
  return refused(message, Code.Unavailable, UNREACHABLE, dependency, LOOK_AGAIN_MS, cause);
}

/** RESOURCE_EXHAUSTED: too many calls of this kind wait already. */
export function bulkheadFull(dependency: string, bulkhead: string, retryMs: number): ConnectError {
  const message = `too many ${bulkhead} calls to ${dependency} are waiting: try again in ${Math.ceil(retryMs / 1000)} s`;
  return refused(message, Code.ResourceExhausted, 'BULKHEAD_FULL', dependency, retryMs);
}

function refused(message: string, code: Code, reason: string, dependency: string, retryMs: number, cause?: unknown) {
  const info = { desc: ErrorInfoSchema, value: { reason, domain: MESH_DOMAIN, metadata: { dependency } } };
  const ms = Math.max(1, Math.ceil(retryMs));
  const retryDelay = { seconds: BigInt(Math.floor(ms / 1000)), nanos: (ms % 1000) * 1e6 };
  const details = [info, { desc: RetryInfoSchema, value: { retryDelay } }];
  const error = new ConnectError(message, code, undefined, details, cause);
  refusals.add(error);
  return error;
}
