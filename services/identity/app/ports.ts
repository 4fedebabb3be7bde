import type { Attempts } from '../domain/login-limit.ts';
import type { User } from '../domain/user.ts';

/** A user together with what proves it is them. */
export interface Account {
  readonly user: User;
  readonly passwordHash: string;
}

/** How an account came to be, kept to recognise a repeated request. */
export interface Registration extends Account {
  /** Of the address and the name as first sent; the password is compared by its own hash. Undefined once erased. */
  readonly fingerprint: Buffer | undefined;
}

export interface NewAccount extends Account {
  /** Undefined for an account that no client asked for. */
  readonly requestId: string | undefined;
  readonly fingerprint: Buffer;
}

/** Keeps users. Whatever changes one announces it in the same transaction. */
export interface UserStore {
  /** False when the address or the request_id is taken. */
  register(account: NewAccount): Promise<boolean>;
  findRegistration(requestId: string): Promise<Registration | undefined>;
  /** Only accounts that can sign in. */
  findAccount(email: string): Promise<Account | undefined>;
  find(ids: readonly string[]): Promise<User[]>;
  /** Undefined when there is no such user. A user that `change` hands back untouched is neither written nor announced. */
  update(id: string, change: (user: User) => User): Promise<User | undefined>;
  /** Removes all that is personal and every session. False when there is no such user. */
  erase(id: string): Promise<boolean>;
}

export interface Session {
  readonly id: string;
  readonly createTime: Date;
  readonly lastUseTime: Date;
  readonly expireTime: Date;
  readonly revoked: boolean;
}

/** Keeps sessions. A session is a family of refresh tokens of which only the newest is good. */
export interface SessionStore {
  open(session: { id: string; userId: string; tokenHash: Buffer; now: Date; expireTime: Date }): Promise<void>;
  /** Spends one token for the next; of any number of concurrent callers one gets an answer. */
  rotate(spend: {
    tokenHash: Buffer;
    nextHash: Buffer;
    now: Date;
    expireTime: Date;
  }): Promise<{ sessionId: string; user: User } | undefined>;
  /** Revokes the family of a token that was spent before. False when it never was. */
  revokeReused(tokenHash: Buffer, now: Date): Promise<boolean>;
  /** Revokes the family of a token, spent or not. */
  revoke(tokenHash: Buffer, now: Date): Promise<void>;
  listOf(userId: string): Promise<Session[]>;
  /** Whether it goes on. */
  isOpen(id: string, now: Date): Promise<boolean>;
}

/** Counts tries to sign in, for all replicas together. */
export interface LoginAttempts {
  /** Counts one more, before the password is looked at: concurrent tries cannot slip past the limit. */
  count(account: string, address: string | undefined, now: Date, windowSeconds: number): Promise<Attempts[]>;
  /** Takes back a try that turned out right, and clears the account. */
  forgive(account: string, address: string | undefined): Promise<void>;
}

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes as long without a hash as with one, and is then false. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
}

export interface AccessToken {
  readonly token: string;
  readonly expireTime: Date;
}

/** What an access token says. */
export interface AccessGrant {
  /** The id of the token itself. */
  readonly id: string;
  /** A user's id, or `service:<name>` or `client:<id>` for one that acts for nobody. */
  readonly subject: string;
  readonly clientId: string;
  /** What the client may do of what the subject may, separated by blanks; undefined for a service. */
  readonly scope: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** What ends it early: the session or the family of refresh tokens it belongs to. */
  readonly sessionId?: string | undefined;
}

export interface TokenIssuer {
  issue(grant: AccessGrant, now: Date): Promise<AccessToken>;
}

/** Somebody who asks for tokens. A service is a client that acts for itself only, under its own name. */
export interface OAuthClient {
  readonly id: string;
  readonly kind: 'PUBLIC' | 'CONFIDENTIAL' | 'SERVICE';
  /** As users are told it. */
  readonly name: string;
  readonly secretHash: Buffer | undefined;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly scopes: readonly string[];
  /** One of ours: users are not asked whether it may act for them. */
  readonly trusted: boolean;
}

export interface OAuthClientStore {
  find(id: string): Promise<OAuthClient | undefined>;
  /** Adds a client, or gives one that is there its new particulars. */
  put(client: OAuthClient, now: Date): Promise<void>;
}

/** What the authorization server keeps under an id, whatever kind of thing it is. */
export interface OAuthState {
  readonly payload: Record<string, unknown>;
  /** When it was used up, in seconds; undefined as long as it is good. */
  readonly consumed: number | undefined;
}

export interface NewOAuthState {
  readonly kind: string;
  readonly idHash: Buffer;
  readonly payload: Record<string, unknown>;
  /** The family that ends as one. */
  readonly grantId: string | undefined;
  readonly accountId: string | undefined;
  /** Another name of it, which opens nothing. */
  readonly uid: string | undefined;
  readonly expireTime: Date;
}

/** Keeps what the authorization server has to remember, for all replicas together. */
export interface OAuthStateStore {
  put(state: NewOAuthState): Promise<void>;
  find(kind: string, idHash: Buffer): Promise<OAuthState | undefined>;
  findByUid(kind: string, uid: string): Promise<OAuthState | undefined>;
  /** Uses it up. Of any number of concurrent callers one is told true. */
  consume(kind: string, idHash: Buffer): Promise<boolean>;
  remove(kind: string, idHash: Buffer): Promise<void>;
  /** Ends all of one kind that came of a grant. */
  removeOfGrant(kind: string, grantId: string): Promise<void>;
  /** Ends a grant and all that came of it. */
  endGrant(grantId: string): Promise<void>;
}
