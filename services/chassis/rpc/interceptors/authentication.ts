import type { Peer } from '#chassis/tls/peer.ts';
import { Access } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { refusal } from '../access-error.ts';
import type { Call, Caller, User } from '../call.ts';
import type { Interceptor } from '../interceptor.ts';
import { InvalidToken, RevokedToken, type TokenVerifier, UntriedToken } from '../tokens.ts';

const BEARER = /^Bearer +(\S+)$/i;

/**
 * Finds out who calls: the service by the certificate of its connection, or by `x-tradewind-service` where services show none; the user it acts for by
 * `authorization`. Where both are there they must agree. A credential that does not hold is
 * refused as UNAUTHENTICATED; only where anyone may call is a bad user token overlooked, so that a shopper whose session ran out can still
 * look at products and sign in again. Whether the caller may do what it asks is for `authorization` to say.
 */
export function authentication(verifier: TokenVerifier): Interceptor {
  return (rpc) => {
    const lenient = rpc.policy.access === Access.PUBLIC;
    return (next) => async (call, request) => {
      const authorization = call.headers.get('authorization');
      const serviceToken = call.headers.get('x-tradewind-service');
      if (authorization !== undefined || serviceToken !== undefined || call.peer !== undefined) {
        const certified = call.peer && certifiedService(call.peer);
        const service =
          serviceToken === undefined ? (certified ?? 'external') : await serviceOf(verifier, serviceToken);
        if (certified !== undefined && service !== certified)
          throw refusal('UNAUTHENTICATED', {
            credential: 'service',
            problem: `the certificate is of ${certified}, the token of ${service}`,
          });
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

/** Where services show certificates nobody gets in without. */
function certifiedService(peer: Peer): string {
  if ('problem' in peer) throw refusal('UNAUTHENTICATED', { credential: 'certificate', problem: peer.problem });
  return peer.service;
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
    const { id, roles, sessionId, scopes, token: passedOn = token } = await verifier.user(token);
    return { id, roles, scopes, token: passedOn, ...(sessionId === undefined ? {} : { sessionId }) };
  } catch (error) {
    if (lenient) return undefined;
    throw refused(error, 'user');
  }
}

function refused(error: unknown, credential: string): Error {
  if (error instanceof UntriedToken) return error.answer;
  if (error instanceof RevokedToken) return refusal('TOKEN_REVOKED', { credential }, error);
  return refusal(error instanceof InvalidToken ? 'UNAUTHENTICATED' : 'CREDENTIALS_UNVERIFIABLE', { credential }, error);
}
