import { Access } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { refusal } from '../access-error.ts';
import type { Call, Rpc, User } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';

export interface AuthorizationOptions {
  /**
   * The service whose rights callers from outside borrow, for a service that forwards calls of others under its own name: an `external`
   * caller may then use what this service may, save what is meant for services only.
   */
  onBehalfOf?: string;
}

/**
 * Holds every call to what the contract says of its RPC: which services may call it, and which users. Both must agree. Needs
 * `authentication` before it; an RPC that declares no access does not get this far, it fails the start.
 */
export function authorization(options: AuthorizationOptions = {}): Interceptor {
  return (rpc) => {
    const allowsCaller = callerRule(rpc, options.onBehalfOf);
    const checkUser = userRule(rpc);
    return (next) => async (call, request) => {
      if (!allowsCaller(call.caller.service)) {
        if (isAnonymous(call)) throw refusal('UNAUTHENTICATED', { rpc: rpc.name });
        throw refusal('CALLER_NOT_ALLOWED', { caller: call.caller.service, rpc: rpc.name, ...told(call, rpc) });
      }
      checkUser(call);
      return next(call, request);
    };
  };
}

function callerRule(rpc: Rpc, onBehalfOf: string | undefined): (caller: string) => boolean {
  const allowed = new Set(rpc.policy.allowedCallers);
  if (onBehalfOf !== undefined && allowed.has(onBehalfOf) && rpc.policy.access !== Access.SERVICE)
    allowed.add('external');
  return (caller) => allowed.has(caller);
}

/** A service learns whom the contract allows, so that a wrong certificate or token shows at once; outsiders need not know who is inside. */
function told({ caller }: Call, { policy }: Rpc): Record<string, string> {
  return caller.service === 'external' ? {} : { allowed: policy.allowedCallers.join(', ') };
}

/** Whoever shows no credential at all is asked for one, rather than told that somebody unknown lacks a right. */
function isAnonymous(call: Call): boolean {
  return call.caller.service === 'external' && call.caller.user === undefined;
}

/** Throws when the user, or the lack of one, does not do. */
function userRule(rpc: Rpc): (call: Call) => void {
  const { access, roles } = rpc.policy;
  switch (access) {
    case Access.PUBLIC:
      return () => {};
    case Access.SERVICE:
      return (call) => {
        if (call.caller.service === 'external')
          throw refusal('CALLER_NOT_ALLOWED', { caller: 'external', rpc: rpc.name });
      };
    case Access.AUTHENTICATED:
      return (call) => void userOf(call, rpc);
    case Access.ROLE:
      return (call) => {
        const user = userOf(call, rpc);
        if (!user.roles.some((role) => roles.includes(role))) throw refusal('PERMISSION_DENIED', { rpc: rpc.name });
      };
    default:
      throw new Error(`${rpc.name} declares no access`);
  }
}

/** Leave to do whatever the user may. */
const EVERYTHING = 'tradewind:all';

/** The signed-in person, when whoever calls for them may do so. */
function userOf({ caller: { user } }: Call, rpc: Rpc): User {
  if (user === undefined) throw refusal('UNAUTHENTICATED', { rpc: rpc.name });
  const { scopes } = rpc.policy;
  if (!user.scopes.includes(EVERYTHING) && !scopes.some((scope) => user.scopes.includes(scope)))
    throw refusal('PERMISSION_DENIED', { rpc: rpc.name, scope: scopes.join(' ') || EVERYTHING });
  return user;
}
