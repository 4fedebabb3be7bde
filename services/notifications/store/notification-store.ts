/** Keeps notifications in PostgreSQL as their readers and the events see them. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import { newId } from '#chassis/ids.ts';
import { injectTrace } from '#chassis/telemetry.ts';
import type { NotificationStore } from '../app/ports.ts';
import type { Notification } from '../domain/notification.ts';
import { notificationTable, preferenceTable } from './schema.ts';

export function notificationStore(db: Database): NotificationStore {
  const { sql } = db;
  const orm = ormOf(db);
  return {
    async ask({ userId, orderId, kind, facts, eventId, correlationId }) {
      await sql`
        insert into notification (id, user_id, order_id, kind, facts, event_id, correlation_id, traceparent)
        values (${newId()}, ${userId}, ${orderId}, ${kind}, ${sql.json(facts as never)}, ${eventId}, ${correlationId},
          ${injectTrace().traceparent ?? null})
        on conflict (order_id, kind) do nothing`;
    },

    async find(id) {
      const [row] = await orm.select().from(notificationTable).where(eq(notificationTable.id, id));
      return row && toNotification(row);
    },

    async list(userId, before, limit) {
      const own = eq(notificationTable.userId, userId);
      const rows = await orm
        .select()
        .from(notificationTable)
        .where(before ? and(own, lt(notificationTable.id, before)) : own)
        .orderBy(desc(notificationTable.id))
        .limit(limit);
      return rows.map(toNotification);
    },

    async mute(userId, mutedKinds) {
      const updatedAt = new Date();
      await orm
        .insert(preferenceTable)
        .values({ userId, mutedKinds, updatedAt })
        .onConflictDoUpdate({ target: preferenceTable.userId, set: { mutedKinds, updatedAt } });
    },
  };
}

function toNotification(row: typeof notificationTable.$inferSelect): Notification {
  const { id, userId, orderId, kind, state, facts, attempts, createdAt, sentAt } = row;
  return { id, userId, orderId, kind, state, facts, attempts, createTime: createdAt, sendTime: sentAt ?? undefined };
}
