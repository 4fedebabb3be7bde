import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import {
  IdentityOperationsService,
  SecurityEventKind,
  SecuritySeverity,
} from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { Role, UserState } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const operations = forwardLaws('identity', import.meta.url);
const { listUsers, setRoles, listUserSessions, revokeUserSessions, blockUser, unblockUser, listSecurityEvents } =
  IdentityOperationsService.method;
const role = 'OPERATOR';
const given = 'a user of an operator';
const user = {
  id: ids.governed,
  email: 'ada@example.org',
  displayName: 'Ada',
  roles: [Role.SHOPPER],
  createTime: timestampFromDate(time),
  state: UserState.ACTIVE,
};
const userId = ids.governed;
const reason = 'Card testing';

operations.answers(listUsers, 'an operator looks for a user', {
  given,
  role,
  request: { query: 'ada' },
  answer: { users: [user] },
});
operations.answers(setRoles, 'an operator gives a user other roles', {
  given,
  role,
  request: { userId, roles: [Role.MERCHANT] },
  answer: { user: { ...user, roles: [Role.MERCHANT] } },
});
operations.answers(listUserSessions, 'an operator is told where a user is signed in', {
  given,
  role,
  request: { userId },
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
operations.answers(revokeUserSessions, 'an operator signs a user out', {
  given,
  role,
  request: { userId },
  answer: { revoked: 1 },
});
operations.answers(blockUser, 'an operator blocks a user', {
  given,
  role,
  request: { userId, reason },
  answer: { user: { ...user, state: UserState.BLOCKED } },
});
operations.refuses(blockUser, 'a user nobody knows is not blocked', {
  given,
  role,
  request: { userId: ids.unknown, reason },
  refusal: {
    code: Code.NotFound,
    reason: 'USER_NOT_FOUND',
    domain: 'identity.tradewind',
    metadata: { user_id: ids.unknown },
  },
});
operations.answers(unblockUser, 'an operator lets a user in', {
  given,
  role,
  request: { userId, reason },
  answer: { user },
});
operations.answers(listSecurityEvents, 'an operator is told what to look into', {
  given,
  role,
  request: { severity: SecuritySeverity.INFO },
  answer: {
    events: [
      {
        id: ids.event,
        kind: SecurityEventKind.SIGN_IN_FAILED,
        severity: SecuritySeverity.INFO,
        createTime: timestampFromDate(time),
      },
    ],
  },
});

operations.settled();
