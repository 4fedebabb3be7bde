import { newId } from '#chassis/ids.ts';
import type { SecurityLog } from '../app/ports.ts';
import { type SecurityEvent, severityOf } from '../domain/security-event.ts';
import type { Statements } from './statements.ts';

/** Keeps security events in PostgreSQL, for operators to ask for. */
export function securityLog({ sql }: Statements): SecurityLog {
  return {
    async record({ kind, userId, actorId, source, detail }, now) {
      await sql`
        insert into security_event (id, kind, severity, user_id, actor_id, source, detail, create_time)
        values (${newId()}, ${kind}, ${severityOf(kind)}, ${userId ?? null}, ${actorId ?? null}, ${source ?? ''}, ${detail ?? ''}, ${now})`;
    },

    async list({ userId, kind, severity, source, before, limit }) {
      return sql<SecurityEvent[]>`
        select id, kind, severity, user_id as "userId", actor_id as "actorId", source, detail, create_time as "createTime"
        from security_event
        where (${userId ?? null}::uuid is null or user_id = ${userId ?? null})
          and (${kind ?? null}::text is null or kind = ${kind ?? null})
          and (${severity ?? null}::text is null or severity = ${severity ?? null})
          and (${source ?? null}::text is null or source = ${source ?? null})
          and (${before ?? null}::uuid is null or id < ${before ?? null})
        order by id desc limit ${limit}`;
    },
  };
}
