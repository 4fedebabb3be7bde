import { requireUser } from '#chassis/rpc/call.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import type { listSessions } from '../app/list-sessions.ts';
import type { revokeSession, revokeSessions } from '../app/revoke-sessions.ts';
import { toSessionMessage } from './identity-message.ts';

export interface SessionsUseCases {
  listSessions: ReturnType<typeof listSessions>;
  revokeSession: ReturnType<typeof revokeSession>;
  revokeSessions: ReturnType<typeof revokeSessions>;
}

/** Maps the contract of sessions to its use cases. */
export function sessionsService(useCases: SessionsUseCases) {
  return implement(SessionsService, {
    async listSessions(_request, call) {
      const { id, sessionId } = requireUser(call);
      const sessions = await useCases.listSessions(id);
      return { sessions: sessions.map((session) => toSessionMessage(session, sessionId)) };
    },
    async revokeSession({ sessionId }, call) {
      await useCases.revokeSession(requireUser(call).id, sessionId);
      return {};
    },
    async revokeOtherSessions(_request, call) {
      const user = requireUser(call);
      return { revoked: await useCases.revokeSessions(user.id, user) };
    },
  });
}
