import { getOption } from '@bufbuild/protobuf';
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { Access, rpc } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import type { Session } from '../session/session.ts';
import { withDeadlines } from './deadlines.ts';

const connect = (interceptors: Interceptor[]) =>
  withDeadlines(createConnectTransport({ baseUrl: window.location.origin, interceptors }));

/** To the gateway that served this page, as nobody: for signing in and for what is public. */
export const guestTransport: Transport = connect([]);

/** To the same gateway as whoever is signed in. A token that is refused though it should hold is renewed once. */
export function userTransport(session: Session): Transport {
  const asUser: Interceptor = (next) => async (request) => {
    if (getOption(request.method, rpc).access === Access.PUBLIC) return next(request);
    const token = await session.accessToken();
    if (token === undefined) return next(request);
    request.header.set('authorization', `Bearer ${token}`);
    try {
      const answer = await next(request);
      return answer.stream ? { ...answer, message: renewing(answer.message, token) } : answer;
    } catch (error) {
      if (!(error instanceof ConnectError) || error.code !== Code.Unauthenticated) throw error;
      const renewed = await session.renewed(token);
      if (renewed === undefined) throw error;
      request.header.set('authorization', `Bearer ${renewed}`);
      return next(request);
    }
  };
  /** A stream tells its refusal, and the end of its token, among its messages: whoever opens it anew then has a token that holds. */
  async function* renewing<T>(messages: AsyncIterable<T>, token: string): AsyncIterable<T> {
    try {
      yield* messages;
    } catch (error) {
      if (error instanceof ConnectError && error.code === Code.Unauthenticated) await session.renewed(token);
      throw error;
    }
  }
  return connect([asUser]);
}
