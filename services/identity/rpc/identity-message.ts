import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Role,
  type SessionSchema,
  type TokenPairSchema,
  type UserSchema,
  UserState,
} from '#gen/tradewind/identity/v1/identity_pb.ts';
import type { OpenSession } from '../app/ports.ts';
import type { TokenPair } from '../app/token-pair.ts';
import type { User } from '../domain/user.ts';

export function toUserMessage(user: User): MessageInitShape<typeof UserSchema> {
  return {
    id: user.id,
    email: user.email,
    displayName: user.displayName,
    roles: user.roles.map((role) => Role[role]),
    createTime: timestampFromDate(user.createTime),
    state: UserState[user.state],
  };
}

export function toTokenPairMessage(tokens: TokenPair): MessageInitShape<typeof TokenPairSchema> {
  return {
    accessToken: tokens.access.token,
    accessExpireTime: timestampFromDate(tokens.access.expireTime),
    refreshToken: tokens.refreshToken,
    refreshExpireTime: timestampFromDate(tokens.refreshExpireTime),
  };
}

export function toSessionMessage(
  { clientId, createTime, lastUseTime, expireTime, ...session }: OpenSession,
  asking: string | undefined,
): MessageInitShape<typeof SessionSchema> {
  return {
    ...session,
    clientId: clientId ?? '',
    createTime: timestampFromDate(createTime),
    lastUseTime: timestampFromDate(lastUseTime),
    expireTime: timestampFromDate(expireTime),
    current: session.id === asking,
  };
}
