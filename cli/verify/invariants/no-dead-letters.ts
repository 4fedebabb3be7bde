import { streamOfService } from '#chassis/events/subject.ts';
import type { Invariant, Look, Violation } from '../invariant.ts';
import type { OpenMesh } from '../open-mesh.ts';
import { headersOf, REPLAY, streamNames } from '../streams.ts';

const STREAM = 'DEAD_LETTERS';
const NAMED = 5;

/** An event given up is an effect that is missing until an operator replays or discards it. */
export const noDeadLetters: Invariant = {
  claim: 'No event was given up, neither before it was published nor by a consumer',
  async look(mesh) {
    const unpublished = await Promise.all(mesh.services.map((service) => givenUpBy(mesh, service)));
    const unhandled = (await streamNames(mesh.manager)).includes(STREAM) ? await deadLetters(mesh) : [];
    return {
      checked: unpublished.reduce((sum, { checked }) => sum + checked, 0),
      violations: [...unpublished.flatMap(({ violations }) => violations), ...unhandled],
    };
  },
};

async function givenUpBy(mesh: OpenMesh, service: string): Promise<Look> {
  const { rows, dead } = await mesh.read(service, async (sql) => ({
    rows: await sql<{ count: number }[]>`select count(*)::int as count from outbox`,
    dead: await sql<{ id: string; subject: string; last_error: string | null }[]>`
      select id, subject, last_error from outbox where dead_at is not null order by seq`,
  }));
  // The outbox keeps what was given up for good, also when an operator has sent it again.
  const resent = dead.length > 0 ? await replayed(mesh, service) : new Set();
  return {
    checked: rows[0]?.count ?? 0,
    violations: dead
      .filter(({ id }) => !resent.has(id))
      .map(({ id, subject, last_error }) => ({
        about: `event ${id}`,
        problem: `(${subject}) could not be published: ${last_error ?? 'no error noted'}`,
      })),
  };
}

/** The events of a service that an operator has sent again. */
async function replayed(mesh: OpenMesh, service: string): Promise<Set<string>> {
  const stream = streamOfService(service);
  if (!(await streamNames(mesh.manager)).includes(stream)) return new Set();
  const ids = await headersOf(mesh, stream, ({ headers }) => headers?.get('Nats-Msg-Id') ?? '');
  return new Set(ids.filter((id) => id.startsWith(REPLAY)).map((id) => id.slice(id.lastIndexOf(':') + 1)));
}

async function deadLetters(mesh: OpenMesh): Promise<Violation[]> {
  const letters = await headersOf(mesh, STREAM, ({ subject, headers }) => ({
    consumer: subject.split('.').slice(2).join('/'),
    event: headers?.get('ce-id') || '?',
    error: headers?.get('tw-dead-error') ?? '',
  }));
  const byConsumer = Map.groupBy(
    // Those of an outbox are told by the outbox itself.
    letters.filter(({ consumer }) => !consumer.endsWith('/outbox')),
    ({ consumer }) => consumer,
  );
  return [...byConsumer].map(([consumer, events]) => {
    const named = events.slice(0, NAMED).map(({ event, error }) => `${event} (${error})`);
    const more = events.length > NAMED ? ` and ${events.length - NAMED} more` : '';
    return { about: `consumer ${consumer}`, problem: `gave up ${events.length} events: ${named.join(', ')}${more}` };
  });
}
