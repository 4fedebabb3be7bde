import { millis } from 'nats';
import { streamOfService } from '#chassis/events/subject.ts';
import type { Invariant, Look, Violation } from '../invariant.ts';
import type { OpenMesh } from '../open-mesh.ts';
import { headersOf, REPLAY, streamNames } from '../streams.ts';

const DAY_MS = 86_400_000;
/** Outboxes forget what was published a month ago, streams by their contract; what may be forgotten proves nothing. */
const MARGIN_MS = DAY_MS;
const OUTBOX_KEEPS_MS = 30 * DAY_MS - MARGIN_MS;

interface StoredEvent {
  id: string;
  type: string;
  time: number;
}

/** Compares what each outbox says with what its stream holds, event by event, in both directions. */
export const noEventLost: Invariant = {
  claim: 'Every event written is in its stream once, and nothing is there that nobody wrote',
  async look(mesh) {
    const streams = await streamNames(mesh.manager);
    const looks = await Promise.all(
      mesh.services.map((service) => lookAt(mesh, service, streams.includes(streamOfService(service)))),
    );
    return {
      checked: looks.reduce((sum, { checked }) => sum + checked, 0),
      violations: looks.flatMap(({ violations }) => violations),
    };
  },
};

async function lookAt(mesh: OpenMesh, service: string, hasStream: boolean): Promise<Look> {
  const stream = streamOfService(service);
  const keepsMs = hasStream ? millis((await mesh.manager.streams.info(stream)).config.max_age) : 0;
  const since = keepsMs === 0 ? new Date(0) : new Date(Date.now() - keepsMs + MARGIN_MS);
  // In this order, an event published meanwhile is in the stream's answer only, and is asked for by its id below.
  const published = await mesh.read(
    service,
    (sql) => sql<{ id: string; subject: string }[]>`
      select id, subject from outbox where published_at >= ${since} and dead_at is null`,
  );
  const waiting = await mesh.read(
    service,
    (sql) => sql<{ id: string; subject: string }[]>`
      select id, subject from outbox where published_at is null and dead_at is null order by seq`,
  );
  const stored = hasStream ? await eventsIn(mesh, stream) : [];
  const ids = new Set(stored.map(({ id }) => id));
  const lost = published.filter(({ id }) => !ids.has(id));
  return {
    checked: published.length + waiting.length,
    violations: [
      ...waiting.map(({ id, subject }) => ({ about: `event ${id}`, problem: `(${subject}) waits to be published` })),
      ...lost.map(({ id, subject }) => ({ about: `event ${id}`, problem: `(${subject}) is not in stream ${stream}` })),
      ...repeats(stored, stream),
      ...(await unknown(mesh, service, stored, new Set(published.map(({ id }) => id)))),
    ],
  };
}

async function eventsIn(mesh: OpenMesh, stream: string): Promise<StoredEvent[]> {
  const events = await headersOf(mesh, stream, (message) => ({
    id: message.headers?.get('Nats-Msg-Id') ?? '',
    type: message.subject,
    time: millis(message.info.timestampNanos),
  }));
  // A dead letter that an operator sends again is a repeat on purpose.
  return events.filter(({ id }) => !id.startsWith(REPLAY));
}

function repeats(stored: StoredEvent[], stream: string): Violation[] {
  const seen = new Set<string>();
  return stored.flatMap(({ id, type }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ about: `event ${id}`, problem: `(${type}) is in stream ${stream} more than once` }];
  });
}

async function unknown(
  mesh: OpenMesh,
  service: string,
  stored: StoredEvent[],
  known: Set<string>,
): Promise<Violation[]> {
  const since = Date.now() - OUTBOX_KEEPS_MS;
  const strangers = stored.filter(({ id, time }) => time >= since && !known.has(id));
  if (strangers.length === 0) return [];
  const rows = await mesh.read(
    service,
    (sql) => sql<{ id: string }[]>`select id from outbox where id::text = any(${strangers.map(({ id }) => id)})`,
  );
  const late = new Set(rows.map(({ id }) => id));
  return strangers
    .filter(({ id }) => !late.has(id))
    .map(({ id, type }) => ({
      about: `event ${id || 'without id'}`,
      problem: `(${type}) is in the stream of ${service}, which never wrote it`,
    }));
}
