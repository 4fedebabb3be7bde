import type { Client } from '@connectrpc/connect';
import type { TokenPair } from '#gen/tradewind/identity/v1/identity_pb.ts';
import type { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';

const MARGIN_MS = 30_000;

/** The access token of a session, renewed before it ends: whoever follows something for hours stays signed in. Calls at the same time share one renewal. */
export function heldToken(identity: Pick<Client<typeof IdentityService>, 'refreshToken'>, first: TokenPair) {
  let tokens = first;
  let renewal: Promise<void> | undefined;
  const renew = async () => {
    const answer = await identity.refreshToken({ refreshToken: tokens.refreshToken });
    tokens = answer.tokens ?? tokens;
  };
  return async (): Promise<string> => {
    if (Number(tokens.accessExpireTime?.seconds ?? 0n) * 1000 - Date.now() < MARGIN_MS) {
      renewal ??= renew().finally(() => {
        renewal = undefined;
      });
      await renewal;
    }
    return tokens.accessToken;
  };
}
