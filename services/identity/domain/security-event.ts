/** What may have to be looked into; the names are those of the contract without their prefix. */
export type SecurityEventKind =
  | 'SIGN_IN_FAILED'
  | 'SOURCE_BLOCKED'
  | 'ACCOUNT_LOCKED'
  | 'NEW_DEVICE'
  | 'REFRESH_TOKEN_REUSED'
  | 'SESSIONS_REVOKED'
  | 'PASSWORD_CHANGED'
  | 'PASSWORD_RESET'
  | 'EMAIL_CHANGED'
  | 'API_KEY_CREATED'
  | 'API_KEY_REVOKED'
  | 'ROLES_CHANGED'
  | 'USER_BLOCKED'
  | 'USER_UNBLOCKED';

export type Severity = 'INFO' | 'WARNING' | 'HIGH';

export interface SecurityEvent {
  readonly id: string;
  readonly kind: SecurityEventKind;
  readonly severity: Severity;
  readonly userId: string | null;
  readonly actorId: string | null;
  /** The address it came from; empty when nobody knows. */
  readonly source: string;
  /** What else there is to say, without secrets. */
  readonly detail: string;
  readonly createTime: Date;
}

const SEVERITY: Readonly<Record<SecurityEventKind, Severity>> = {
  SIGN_IN_FAILED: 'INFO',
  SOURCE_BLOCKED: 'HIGH',
  ACCOUNT_LOCKED: 'WARNING',
  NEW_DEVICE: 'INFO',
  REFRESH_TOKEN_REUSED: 'HIGH',
  SESSIONS_REVOKED: 'INFO',
  PASSWORD_CHANGED: 'INFO',
  PASSWORD_RESET: 'WARNING',
  EMAIL_CHANGED: 'WARNING',
  API_KEY_CREATED: 'INFO',
  API_KEY_REVOKED: 'INFO',
  ROLES_CHANGED: 'WARNING',
  USER_BLOCKED: 'WARNING',
  USER_UNBLOCKED: 'WARNING',
};

/** How much of an alarm each kind is. */
export function severityOf(kind: SecurityEventKind): Severity {
  return SEVERITY[kind];
}
