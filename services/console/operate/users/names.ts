/** The names of the contract for what an account is, may do and went through. */
import {
  type SecurityEventKind,
  SecurityEventKindSchema,
  SecuritySeverity,
  SecuritySeveritySchema,
} from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { Role, RoleSchema, UserState, UserStateSchema } from '#gen/tradewind/identity/v1/identity_pb.ts';
import type { Tone } from '../parts/tag.tsx';

export const roles: readonly Role[] = [Role.SHOPPER, Role.MERCHANT, Role.OPERATOR];
export const roleName = (role: Role): string => RoleSchema.value[role]?.localName.toLowerCase() ?? '';

export const userStateName = (state: UserState): string => UserStateSchema.value[state]?.localName.toLowerCase() ?? '';
export const userTone = (state: UserState): Tone => (state === UserState.ACTIVE ? 'good' : 'bad');

export const severities: readonly SecuritySeverity[] = [
  SecuritySeverity.HIGH,
  SecuritySeverity.WARNING,
  SecuritySeverity.INFO,
];
export const severityName = (severity: SecuritySeverity): string =>
  SecuritySeveritySchema.value[severity]?.localName ?? '';
export const SEVERITY_TONES: Readonly<Record<number, Tone>> = {
  [SecuritySeverity.HIGH]: 'bad',
  [SecuritySeverity.WARNING]: 'few',
};

/** `SIGN_IN_FAILED` as `sign in failed`. */
export const kindName = (kind: SecurityEventKind): string =>
  (SecurityEventKindSchema.value[kind]?.localName ?? '').toLowerCase().replaceAll('_', ' ');
