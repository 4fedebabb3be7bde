import type { Invariant, Look, Violation } from '../invariant.ts';
import type { OpenMesh } from '../open-mesh.ts';
import { headersOf, streamNames } from '../streams.ts';

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

function givenUpBy({ read }: OpenMesh, service: string): Promise<Look> {
  return read(service, async (sql) => {
    const [count] = await sql<{ rows: number }[]>`select count(*)::int as rows from outbox`;
    const dead = await sql<{ id: string; subject: string; last_error: string | null }[]>`
      select id, subject, last_error from outbox where dead_at is not null order by seq`;
    return {
      checked: count?.rows ?? 0,
      violations: dead.map(({ id, subject, last_error }) => ({
        about: `event ${id}`,
        problem: `(${subject}) could not be published: ${last_error ?? 'no error noted'}`,
      })),
    };
  });
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
