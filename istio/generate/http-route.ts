import type { MeshRpc } from './mesh.ts';
import { duration } from './names.ts';

/** Where a route leads: a version of a service and its share of the calls. */
export interface Destination {
  readonly destination: { readonly host: string; readonly subset?: string; readonly port: { readonly number: number } };
  readonly weight?: number;
}

/** The mesh tries once more than the caller asked for, at most. */
const RETRIES = 1;

/**
 * How one RPC is carried. Who repeats what: callers repeat a call that failed, within its deadline, as their contract says; a proxy only one that no pod
 * has seen (connection refused, stream refused), so the two never multiply. It does even that only for idempotent RPCs whose request is one message.
 * Each try may take the whole deadline and the route all its tries: the caller's deadline, which travels with the call, is what ends it.
 */
export function httpRoute(rpc: MeshRpc, port: number, route: readonly Destination[]) {
  return {
    name: rpc.name,
    match: [{ port, uri: { exact: rpc.path } }],
    route: [...route],
    ...carriage(rpc),
  };
}

export function carriage({ deadlineMs, unary, idempotent }: MeshRpc) {
  if (deadlineMs === undefined) return { timeout: '0s', retries: { attempts: 0 } };
  if (!unary || !idempotent) return { timeout: duration(deadlineMs), retries: { attempts: 0 } };
  return {
    timeout: duration(deadlineMs * (1 + RETRIES)),
    retries: { attempts: RETRIES, perTryTimeout: duration(deadlineMs), retryOn: 'connect-failure,refused-stream' },
  };
}
