import type { Attempts } from '../domain/login-limit.ts';
import type { SecurityEvent, SecurityEventKind, Severity } from '../domain/security-event.ts';
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

/** Keeps users; what changes one is among the changes of a transaction. Whoever registers is announced in the same transaction. */
export interface UserStore {
  /** False when the address or the request_id is taken. */
  register(account: NewAccount): Promise<boolean>;
  findRegistration(requestId: string): Promise<Registration | undefined>;
  /** Only accounts that can sign in. */
  findAccount(email: string): Promise<Account | undefined>;
  find(ids: readonly string[]): Promise<User[]>;
  /** The newest first, `before` left out; those whose id is, or whose address or name holds, what is asked for. */
  list(query: { text: string; before?: string | undefined; limit: number }): Promise<User[]>;
}

/** A mail about an account that waits to be handed over. */
export interface AccountMail {
  readonly id: string;
  readonly kind: 'PASSWORD_RESET' | 'EMAIL_CONFIRMATION' | 'EMAIL_CHANGED' | 'PASSWORD_CHANGED';
  readonly userId: string;
  readonly email: string;
  readonly correlationId: string;
  /** Nobody needs it any more after it. */
  readonly expireTime: Date;
}

/** Mails that wait, and what their links open. */
export interface AccountMails {
  /** Has a password reset mailed if somebody who can sign in has this address; takes as long when nobody has. */
  askForReset(mail: Omit<AccountMail, 'kind' | 'userId'>): Promise<void>;
  put(mail: AccountMail): Promise<void>;
  /** Takes what is due, for so many seconds. */
  take(limit: number, leaseSeconds: number): Promise<(AccountMail & { displayName: string; attempts: number })[]>;
  done(id: string): Promise<void>;
  postponed(id: string, seconds: number): Promise<void>;
  keepLink(link: {
    tokenHash: Buffer;
    kind: 'PASSWORD_RESET' | 'EMAIL_CHANGE';
    userId: string;
    email: string | null;
    expireTime: Date;
  }): Promise<void>;
  /** Uses a link up, with all of its kind for the account, which is held until the transaction ends; one of many concurrent callers gets an answer. */
  useLink(
    tokenHash: Buffer,
    kind: 'PASSWORD_RESET' | 'EMAIL_CHANGE',
    now: Date,
  ): Promise<{ userId: string; email: string | null } | undefined>;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly string[];
  readonly createTime: Date;
  readonly expireTime: Date;
  readonly lastUseTime: Date | null;
}

/** Keeps API keys under the hash of their secret. */
export interface ApiKeyStore {
  /** What became of the request: made, or made before and unused, so that it has this secret now; or neither. Nobody else makes one for this user until the transaction ends. */
  put(key: ApiKey & { userId: string; secretHash: Buffer; requestId: string }): Promise<ApiKey | undefined>;
  countOf(userId: string, now: Date): Promise<number>;
  listOf(userId: string, now: Date): Promise<ApiKey[]>;
  /** False when there is no such key. */
  revoke(userId: string, id: string, now: Date): Promise<boolean>;
  /** The key of a secret that is good, with its user, and notes the use. */
  use(secretHash: Buffer, now: Date): Promise<{ id: string; scopes: readonly string[]; user: User } | undefined>;
}

/** Where a session was begun. */
export interface Device {
  /** As the browser or program names itself; empty when it does not. */
  readonly userAgent: string;
  /** The network it came from; empty when nobody knows. */
  readonly network: string;
}

export interface Session extends Device {
  readonly id: string;
  readonly createTime: Date;
  readonly lastUseTime: Date;
  readonly expireTime: Date;
  readonly revoked: boolean;
}

/** A way in that is open: a session, or what a user allowed a client to do while they are away. */
export interface OpenSession extends Omit<Session, 'revoked'> {
  /** Null for a session of our own. */
  readonly clientId: string | null;
}

/** Sessions of one user: all, or `only` one, or all `except` one. */
export interface WhichSessions {
  readonly userId: string;
  readonly only?: string | undefined;
  readonly except?: string | undefined;
}

/** Keeps sessions. A session is a family of refresh tokens of which only the newest is good. Whatever ends one has every service told. */
export interface SessionStore {
  /** False when the account lets nobody in any more, or nobody with the password that was right a moment ago. */
  open(
    session: {
      id: string;
      userId: string;
      passwordHash: string;
      tokenHash: Buffer;
      now: Date;
      expireTime: Date;
    } & Device,
  ): Promise<boolean>;
  /** Spends one token for the next; of any number of concurrent callers one gets an answer. */
  rotate(spend: {
    tokenHash: Buffer;
    nextHash: Buffer;
    now: Date;
    expireTime: Date;
  }): Promise<{ sessionId: string; user: User } | undefined>;
  /** Revokes the family of a token that was spent before, and says whose it was. Undefined when it never was. */
  revokeReused(tokenHash: Buffer, now: Date): Promise<string | undefined>;
  /** Revokes the family of a token, spent or not. */
  revoke(tokenHash: Buffer, now: Date): Promise<void>;
  /** Ends sessions of a user and grants of theirs to clients; says how many. */
  revokeOf(which: WhichSessions, now: Date): Promise<number>;
  listOf(userId: string): Promise<Session[]>;
  /** The one used last comes first. */
  goingOn(userId: string, now: Date): Promise<OpenSession[]>;
  /** Whether a session that goes on was begun in a network. */
  isFamiliar(userId: string, network: string, now: Date): Promise<boolean>;
  /** Whether there was a session of the user, and none of them was on such a device. */
  isNewDevice(userId: string, userAgent: string): Promise<boolean>;
  /** Whether it goes on. */
  isOpen(id: string, now: Date): Promise<boolean>;
}

/** What every service is to be told of, until it is. */
export interface RevocationStore {
  waiting(limit: number): Promise<string[]>;
  relayed(ids: readonly string[]): Promise<void>;
  /** Has everything told again that may still matter. */
  again(): Promise<void>;
}

/** Keeps what may have to be looked into. */
export interface SecurityLog {
  record(
    event: {
      kind: SecurityEventKind;
      userId?: string | undefined;
      actorId?: string | undefined;
      source?: string | undefined;
      detail?: string | undefined;
    },
    now: Date,
  ): Promise<void>;
  /** The newest first; `before` is the id of the last that is known. */
  list(query: {
    userId?: string | undefined;
    kind?: SecurityEventKind | undefined;
    severity?: Severity | undefined;
    source?: string | undefined;
    before?: string | undefined;
    limit: number;
  }): Promise<SecurityEvent[]>;
}

/** Counts tries to sign in, for all replicas together. */
export interface LoginAttempts {
  /** Counts one more, before the password is looked at: concurrent tries cannot slip past the limit. */
  count(account: string, address: string | undefined, now: Date, windowSeconds: number): Promise<Attempts[]>;
  /** Takes back a try that turned out right, and clears the account. */
  forgive(account: string, address: string | undefined): Promise<void>;
  /** Lets nobody try from an address until then. */
  block(address: string, until: Date): Promise<void>;
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
