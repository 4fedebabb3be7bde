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
 * Tabs share both tokens, and pages that are loaded anew take them up: the refresh token is good for one use, and a page that is left while it asks for the next
 * never hears of it. Tabs take turns to renew, and each takes what the one before left behind.
 */
export function createSession(identity: Identity): Session {
  const inTurn = oneAtATime('tradewind session');
  const fresh = (): string | undefined => {
    const now = kept();
    return now !== undefined && now.accessUntil - Date.now() > MARGIN_MS ? now.accessToken : undefined;
  };
  const renew = (refused?: string) =>
    inTurn(async () => {
      const now = fresh();
      if (now !== undefined && now !== refused) return now;
      const before = kept();
      if (before === undefined) return undefined;
      try {
        const { tokens } = await identity.refreshToken({ refreshToken: before.refreshToken });
        const next = held(tokens);
        keep({ ...before, ...next });
        return next.accessToken;
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
      if (!user) throw new Error('the answer holds no user');
      const { id: userId, displayName, roles } = user;
      keep({ userId, displayName, roles: [...roles], ...held(tokens) });
    },
    rename(displayName) {
      const now = kept();
      if (now) keep({ ...now, displayName });
    },
    accessToken: async () => (kept() === undefined ? undefined : (fresh() ?? (await renew()))),
    renewed: (refused) => renew(refused),
    async end() {
      const last = kept();
      forget();
      // Signed out here whatever happens; a session that could not be ended there ends by itself.
      if (last) await identity.logout({ refreshToken: last.refreshToken }).catch(() => undefined);
    },
  };
}

function held(tokens: TokenPair | undefined): Pick<Kept, 'accessToken' | 'accessUntil' | 'refreshToken'> {
  if (!tokens) throw new Error('the answer holds no tokens');
  const { accessToken, refreshToken, accessExpireTime } = tokens;
  return { accessToken, refreshToken, accessUntil: Number(accessExpireTime?.seconds ?? 0n) * 1_000 };
}
