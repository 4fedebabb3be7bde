import { type Client, Code, ConnectError } from '@connectrpc/connect';
import type { TokenPair } from '#gen/tradewind/identity/v1/identity_pb.ts';
import type { IdentityService, LoginResponse } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { forget, type Kept, keep, kept, onChange } from './kept-session.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** Who is signed in, in every tab of this browser alike, and the token that proves it. */
export interface Session {
  /** Who is signed in; the same object as long as nothing changes. */
  current(): Kept | undefined;
  subscribe(listener: () => void): () => void;
  begin(answer: LoginResponse): void;
  /** A name that changed is shown at once. */
  rename(displayName: string): void;
  /** A token that is good for half a minute at least; undefined when nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /** Another token than the one that was refused; undefined when the session is over. */
  renewed(refused: string): Promise<string | undefined>;
  /** Ends the session here and at the issuer, for every tab. */
  end(): Promise<void>;
}

const MARGIN_MS = 30_000;

type Identity = Pick<Client<typeof IdentityService>, 'refreshToken' | 'logout'>;

/**
 * The access token lives in memory only. The refresh token is good for one use, and tabs share it: they take turns, and each takes what the
 * one before left behind.
 */
export function createSession(identity: Identity): Session {
  let access: { token: string; until: number; of: string } | undefined;
  const inTurn = oneAtATime('tradewind session');
  const hold = (tokens: TokenPair | undefined, userId: string): string | undefined => {
    if (tokens === undefined) return undefined;
    access = { token: tokens.accessToken, until: Number(tokens.accessExpireTime?.seconds ?? 0n) * 1000, of: userId };
    return tokens.accessToken;
  };
  const fresh = (): string | undefined =>
    access !== undefined && access.of === kept()?.userId && access.until - Date.now() > MARGIN_MS
      ? access.token
      : undefined;
  const renew = (refused?: string) =>
    inTurn(async () => {
      const now = fresh();
      if (now !== undefined && now !== refused) return now;
      const before = kept();
      if (before === undefined) return undefined;
      try {
        const { tokens } = await identity.refreshToken({ refreshToken: before.refreshToken });
        if (tokens) keep({ ...before, refreshToken: tokens.refreshToken });
        return hold(tokens, before.userId);
      } catch (error) {
        if (!(error instanceof ConnectError) || error.code !== Code.Unauthenticated) throw error;
        forget();
        return undefined;
      }
    });
  return {
    current: kept,
    subscribe: onChange,
    begin({ tokens, user }) {
      if (!tokens || !user) throw new Error('the answer holds no tokens');
      hold(tokens, user.id);
      const { id: userId, displayName, roles } = user;
      keep({ userId, displayName, roles: [...roles], refreshToken: tokens.refreshToken });
    },
    rename(displayName) {
      const now = kept();
      if (now) keep({ ...now, displayName });
    },
    accessToken: async () => (kept() === undefined ? undefined : (fresh() ?? (await renew()))),
    renewed: (refused) => renew(refused),
    async end() {
      const last = kept();
      access = undefined;
      forget();
      // Signed out here whatever happens; a session that could not be ended there ends by itself.
      if (last) await identity.logout({ refreshToken: last.refreshToken }).catch(() => undefined);
    },
  };
}
