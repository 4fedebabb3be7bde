import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { requireUser } from '#chassis/rpc/call.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import {
  IdentityOperationsService,
  SecurityEventKind,
  SecuritySeverity,
} from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { Role } from '#gen/tradewind/identity/v1/identity_pb.ts';
import type { governUser } from '../app/govern-user.ts';
import type { listSessions } from '../app/list-sessions.ts';
import type { SecurityLog, UserStore } from '../app/ports.ts';
import type { revokeSessions } from '../app/revoke-sessions.ts';
import { toSessionMessage, toUserMessage } from './identity-message.ts';
import { pageTokenOf, readPageToken } from './page-token.ts';

const DEFAULT_PAGE = 50;

export interface OperationsUseCases {
  govern: ReturnType<typeof governUser>;
  listUsers: UserStore['list'];
  listEvents: SecurityLog['list'];
  listSessions: ReturnType<typeof listSessions>;
  revokeSessions: ReturnType<typeof revokeSessions>;
}

/** Maps the contract of operators to its use cases. */
export function identityOperationsService({
  govern,
  listUsers,
  listEvents,
  listSessions,
  revokeSessions,
}: OperationsUseCases) {
  return implement(IdentityOperationsService, {
    async listUsers({ query, pageSize, pageToken }) {
      const asked = { text: query.trim() };
      const page = (before: string | undefined, limit: number) => listUsers({ ...asked, before, limit });
      const { items, nextPageToken } = await pageOf(asked, pageSize, pageToken, page);
      return { users: items.map(toUserMessage), nextPageToken };
    },
    async setRoles({ userId, roles }, call) {
      const names = roles.flatMap((role) => nameIn(Role, role) ?? []);
      return { user: toUserMessage(await govern.setRoles(requireUser(call).id, userId, names)) };
    },
    async listUserSessions({ userId }) {
      return { sessions: (await listSessions(userId)).map((session) => toSessionMessage(session, undefined)) };
    },
    async revokeUserSessions({ userId }, call) {
      return { revoked: await revokeSessions(userId, requireUser(call)) };
    },
    async blockUser({ userId, reason }, call) {
      return { user: toUserMessage(await govern.block(requireUser(call).id, userId, reason)) };
    },
    async unblockUser({ userId, reason }, call) {
      return { user: toUserMessage(await govern.unblock(requireUser(call).id, userId, reason)) };
    },
    async listSecurityEvents({ userId, kind, severity, source, pageSize, pageToken }) {
      const asked = {
        userId: userId || undefined,
        kind: nameIn(SecurityEventKind, kind),
        severity: nameIn(SecuritySeverity, severity),
        source: source || undefined,
      };
      const page = (before: string | undefined, limit: number) => listEvents({ ...asked, before, limit });
      const { items, nextPageToken } = await pageOf(asked, pageSize, pageToken, page);
      const events = items.map((event) => ({
        ...event,
        kind: SecurityEventKind[event.kind],
        severity: SecuritySeverity[event.severity],
        userId: event.userId ?? '',
        actorId: event.actorId ?? '',
        createTime: timestampFromDate(event.createTime),
      }));
      return { events, nextPageToken };
    },
  });
}

async function pageOf<T extends { id: string }>(
  asked: object,
  pageSize: number,
  pageToken: string,
  page: (before: string | undefined, limit: number) => Promise<T[]>,
): Promise<{ items: T[]; nextPageToken: string }> {
  const size = pageSize || DEFAULT_PAGE;
  const found = await page(readPageToken(asked, pageToken), size + 1);
  const items = found.slice(0, size);
  const last = found.length > size ? items.at(-1) : undefined;
  return { items, nextPageToken: last ? pageTokenOf(asked, last.id) : '' };
}

/** The name of a value of the contract; undefined for the one that stands for nothing. */
function nameIn<T extends Record<string, number>>(
  values: T,
  value: number,
): Exclude<keyof T, 'UNSPECIFIED'> | undefined {
  const names = Object.keys(values) as Exclude<keyof T, 'UNSPECIFIED'>[];
  return value === 0 ? undefined : names.find((name) => values[name] === value);
}
