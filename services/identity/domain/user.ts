/** What a user may do; the names are those of the contract's Role without its prefix. */
export type Role = 'SHOPPER' | 'MERCHANT' | 'OPERATOR';

/** Someone who has an account. Once erased only the id, the version and the time it was made remain. */
export interface User {
  readonly id: string;
  /** Empty once erased. */
  readonly email: string;
  /** Empty once erased. */
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly state: 'ACTIVE' | 'BLOCKED' | 'ERASED';
  /** Grows with each change, so that consumers can drop what comes late. */
  readonly version: bigint;
  readonly createTime: Date;
}

/** What happened to a user, for others to hear. */
export type UserFact = { kind: 'registered' | 'updated' | 'erased'; user: User };

/** One address is one account however it is capitalised. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase();
}

export function newUser(from: Pick<User, 'id' | 'email' | 'displayName' | 'roles' | 'createTime'>): User {
  return { ...from, email: normalEmail(from.email), state: 'ACTIVE', version: 1n };
}

/** The same user under another name; the very same object when nothing changes, so that nothing is announced. */
export function renamed(user: User, displayName: string): User {
  return user.displayName === displayName ? user : { ...user, displayName, version: user.version + 1n };
}

/** The same user at another address. */
export function movedTo(user: User, email: string): User {
  return user.email === email ? user : { ...user, email, version: user.version + 1n };
}

/** The same user, who may do exactly this. */
export function withRoles(user: User, roles: readonly Role[]): User {
  const isSame = roles.length === user.roles.length && roles.every((role) => user.roles.includes(role));
  return isSame ? user : { ...user, roles, version: user.version + 1n };
}

/** Lets nobody in. */
export function blocked(user: User): User {
  return user.state === 'ACTIVE' ? { ...user, state: 'BLOCKED', version: user.version + 1n } : user;
}

/** Lets the user in again. */
export function unblocked(user: User): User {
  return user.state === 'BLOCKED' ? { ...user, state: 'ACTIVE', version: user.version + 1n } : user;
}

/** Only the id remains. Erasing twice changes nothing. */
export function erased(user: User): User {
  if (user.state === 'ERASED') return user;
  return { ...user, email: '', displayName: '', roles: [], state: 'ERASED', version: user.version + 1n };
}

/** A person sees their own account, an operator every one. */
export function maySee(viewer: { id: string; roles: readonly string[] }, userId: string): boolean {
  return viewer.id === userId || viewer.roles.includes('OPERATOR');
}
