import { AsyncLocalStorage } from 'node:async_hooks';
import type { DescMethod } from '@bufbuild/protobuf';
import type { RpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { Peer } from '../tls/peer.ts';
import { refusal } from './access-error.ts';

/** An RPC as the chassis sees it: its name, its descriptor and what the contract says of it. */
export interface Rpc {
  /** `tradewind.orders.v1.OrdersService/PlaceOrder` */
  readonly name: string;
  readonly method: DescMethod;
  readonly policy: RpcPolicy;
}

/** A signed-in person. `token` is the verified access token, to be passed on. */
export interface User {
  readonly id: string;
  readonly roles: readonly string[];
  readonly sessionId?: string;
  /** What the client that calls for them may do. */
  readonly scopes: readonly string[];
  readonly token: string;
}

/** Who calls: a service (`external` when it showed no service token), on behalf of a user or not. */
export interface Caller {
  readonly service: string;
  readonly user?: User;
}

/** Headers that go with an answer, by their names in lower case. Not the platform's `Headers`, which sorts and checks what is ours at ten times the price. */
export type AnswerHeaders = Map<string, string>;

/** One call being served. Costly fields are made on first use, because most calls use few of them. */
export interface Call {
  readonly rpc: Rpc;
  readonly headers: { get(name: string): string | undefined };
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. Undefined when nothing bounds the call. */
  readonly deadline: number | undefined;
  readonly caller: Caller;
  /** Who the connection comes from by its certificate; undefined where services do not show certificates. */
  readonly peer?: Peer | undefined;
  readonly correlationId: string;
  readonly responseHeaders: AnswerHeaders;
  /** The header that asked for faults, where they are allowed: calls made for this one pass it on. */
  readonly faults?: string | undefined;
}

/** What running code works for: a call being served, or a saga's step or an event, which have no RPC. */
export type Work = Omit<Call, 'rpc'> & { readonly rpc?: Rpc };

const works = new AsyncLocalStorage<Work>();

/** What the running code works for. Clients, logs and the outbox read deadline, correlation and credentials from it. */
export function currentCall(): Work | undefined {
  return works.getStore();
}

/** Runs something as part of a call, a saga's step or the handling of an event. */
export function runInCall<T>(work: Work, run: () => T): T {
  return works.run(work, run);
}

/** The signed-in person of a call. The contract made sure there is one, so a call without one is refused as UNAUTHENTICATED. */
export function requireUser(call: Call): User {
  if (!call.caller.user) throw refusal('UNAUTHENTICATED');
  return call.caller.user;
}
