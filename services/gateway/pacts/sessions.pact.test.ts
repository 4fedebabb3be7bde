import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const sessions = forwardLaws('identity', import.meta.url);
const { listSessions, revokeSession, revokeOtherSessions } = SessionsService.method;
const role = 'SHOPPER';
const given = 'a user who signed in twice';

sessions.answers(listSessions, 'a user is told where they are signed in', {
  given,
  role,
  request: {},
  answer: {
    sessions: [
      {
        id: ids.session,
        createTime: timestampFromDate(time),
        lastUseTime: timestampFromDate(time),
        expireTime: timestampFromDate(time),
      },
    ],
  },
});
sessions.answers(revokeSession, 'a user ends a session', {
  given,
  role,
  request: { sessionId: ids.session },
  answer: {},
});
sessions.refuses(revokeSession, 'a session nobody knows is not ended', {
  given,
  role,
  request: { sessionId: ids.unknown },
  refusal: { code: Code.NotFound, reason: 'SESSION_NOT_FOUND', domain: 'identity.tradewind' },
});
sessions.answers(revokeOtherSessions, 'a user ends every other session', {
  given,
  role,
  request: {},
  answer: { revoked: 2 },
});

sessions.settled();
