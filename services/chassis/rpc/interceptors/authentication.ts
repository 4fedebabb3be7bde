import { Access } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { refusal } from '../access-error.ts';
import type { Call, Caller, User } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';
import { InvalidToken, type TokenVerifier } from '../tokens.ts';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Finds out who calls: the service by `x-tradewind-service`, the user it acts for by `authorization`. A credential that does not hold is
 * refused as UNAUTHENTICATED; only where anyone may call is a bad user token overlooked, so that a shopper whose session ran out can still
 * look at products and sign in again. Whether the caller may do what it asks is for `authorization` to say.
 */
export function authentication(verifier: TokenVerifier): Interceptor {
  return (rpc) => {
    const lenient = rpc.policy.access === Access.PUBLIC;
    return (next) => async (call, request) => {
      const authorization = call.headers.get('authorization');
      const serviceToken = call.headers.get('x-tradewind-service');
      if (authorization !== undefined || serviceToken !== undefined) {
        const service = serviceToken === undefined ? 'external' : await serviceOf(verifier, serviceToken);
        const user = authorization === undefined ? undefined : await userOf(verifier, authorization, lenient);
        identify(call, user === undefined ? { service } : { service, user });
      }
      return next(call, request);
    };
  };
}

/** The one place where a call learns who makes it; everybody else only reads. */
function identify(call: Call, caller: Caller): void {
  Object.assign(call, { caller });
}

async function serviceOf(verifier: TokenVerifier, token: string): Promise<string> {
  try {
    return await verifier.service(token);
  } catch (error) {
    throw refused(error, 'service');
  }
}

async function userOf(verifier: TokenVerifier, authorization: string, lenient: boolean): Promise<User | undefined> {
  const token = BEARER.exec(authorization)?.[1];
  try {
    if (token === undefined) throw new InvalidToken('not a bearer token');
    const { id, roles, sessionId } = await verifier.user(token);
    return { id, roles, token, ...(sessionId === undefined ? {} : { sessionId }) };
  } catch (error) {
    if (lenient) return undefined;
    throw refused(error, 'user');
  }
}

function refused(error: unknown, credential: string): Error {
  return refusal(error instanceof InvalidToken ? 'UNAUTHENTICATED' : 'CREDENTIALS_UNVERIFIABLE', { credential }, error);
}
