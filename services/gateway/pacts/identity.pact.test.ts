import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, secrets, time } from '#chassis/testing/pact/examples.ts';
import { Role, UserState } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const identity = forwardLaws('identity', import.meta.url);
const { register, login, refreshToken, logout, getUser, updateProfile, exportMyData, eraseMe } = IdentityService.method;
const domain = 'identity.tradewind';
const role = 'SHOPPER';
const given = 'a registered user';

const ada = { email: 'ada@example.org', password: 'correct horse', displayName: 'Ada' };
const user = {
  id: ids.user,
  email: ada.email,
  displayName: ada.displayName,
  roles: [Role.SHOPPER],
  createTime: timestampFromDate(time),
  state: UserState.ACTIVE,
};
const tokens = {
  accessToken: 'an-access-token',
  accessExpireTime: timestampFromDate(time),
  refreshToken: 'another-refresh-token',
  refreshExpireTime: timestampFromDate(time),
};
const signIn = { email: ada.email, password: ada.password };

identity.answers(register, 'somebody gets an account', {
  given: 'no users',
  request: { requestId: ids.request, ...ada },
  answer: { user },
});
identity.refuses(register, 'an address that has an account is refused', {
  given,
  request: { requestId: ids.request, ...ada },
  refusal: { code: Code.AlreadyExists, reason: 'EMAIL_TAKEN', domain },
});
identity.answers(login, 'address and password give tokens', { given, request: signIn, answer: { user, tokens } });
identity.refuses(login, 'a wrong password is refused', {
  given,
  request: { ...signIn, password: 'wrong horse' },
  refusal: { code: Code.Unauthenticated, reason: 'INVALID_CREDENTIALS', domain },
});
identity.answers(refreshToken, 'a refresh token gives new tokens', {
  given: 'a user who signed in',
  request: secrets,
  answer: { tokens },
});
identity.refuses(refreshToken, 'a refresh token used twice is refused', {
  given: 'a user whose refresh token was used',
  request: secrets,
  refusal: { code: Code.Unauthenticated, reason: 'REFRESH_TOKEN_REUSED', domain },
});
identity.answers(logout, 'a session ends', { given: 'a user who signed in', request: secrets, answer: {} });
identity.answers(getUser, 'a user is told of their account', {
  given,
  role,
  request: { userId: ids.user },
  answer: { user },
});
identity.refuses(getUser, 'a user nobody knows is refused', {
  given,
  role: 'OPERATOR',
  request: { userId: ids.unknown },
  refusal: { code: Code.NotFound, reason: 'USER_NOT_FOUND', domain, metadata: { user_id: ids.unknown } },
});
identity.answers(updateProfile, 'a user takes another name', {
  given,
  role,
  request: { displayName: 'Ada Lovelace' },
  answer: { user: { ...user, displayName: 'Ada Lovelace' } },
});
identity.answers(exportMyData, 'a user is told what is known of them', {
  given,
  role,
  request: {},
  answer: { json: '{"user":{}}' },
});
identity.answers(eraseMe, 'a user is erased', { given, role, request: {}, answer: {} });

identity.settled();
