/** Tells when a mesh has nothing under way any more, so that its databases can be compared. */
import { setTimeout as pause } from 'node:timers/promises';
import { type MeshAddresses, type OpenMesh, openMesh } from './open-mesh.ts';
import { hasProviderBooks } from './provider-books.ts';
import { durableConsumers, streamNames } from './streams.ts';

const LOOK_EVERY_MS = 200;
const NAMED = 5;

/** What is under way, and a mark that changes whenever anything was done. */
interface Activity {
  underWay: string[];
  mark: string;
}

/**
 * Waits until nothing is under way: no saga that is due, no event to be published or handled, no stock to be returned, no payment in doubt, no mail to be sent. What
 * waits for the world (a backorder, a payment put off, a parcel with its carrier, a saga that is parked) is not under way. One look is not enough, because work may
 * move behind it: two in a row must find nothing, and nothing done between them. Throws after `seconds`, naming what still goes on.
 */
export async function waitUntilQuiet(record: MeshAddresses, seconds: number): Promise<void> {
  const mesh = await openMesh(record);
  const until = Date.now() + seconds * 1000;
  try {
    for (let before: string | undefined; ; ) {
      const { underWay, mark } = await activityOf(mesh);
      if (underWay.length === 0 && mark === before) return;
      if (Date.now() >= until) throw new Error(stillGoingOn(seconds, underWay));
      before = underWay.length === 0 ? mark : undefined;
      await pause(LOOK_EVERY_MS);
    }
  } finally {
    await mesh.close();
  }
}

function stillGoingOn(seconds: number, underWay: string[]): string {
  const what = underWay.length > 0 ? underWay.join('; ') : 'something was done between any two looks';
  return `The mesh is not quiet after ${seconds} s: ${what}`;
}

async function activityOf(mesh: OpenMesh): Promise<Activity> {
  const activities = await Promise.all([
    ...mesh.services.map((service) => chassisActivity(mesh, service)),
    ...Object.entries(OWN_WORK)
      .filter(([service]) => mesh.services.includes(service))
      .map(async ([service, work]) => ({ underWay: await work(mesh), mark: service })),
    streamActivity(mesh),
  ]);
  return {
    underWay: activities.flatMap(({ underWay }) => underWay),
    mark: activities.map(({ mark }) => mark).join(' '),
  };
}

/** The work every service has: sagas and outbox. */
function chassisActivity(mesh: OpenMesh, service: string): Promise<Activity> {
  return mesh.read(service, async (sql) => {
    // A saga that put a step off has no lease and says so last in its history. A cancellation does that too while it polls its checkout, and is under way.
    const sagas = await sql<{ id: string; kind: string; problem: string | null }[]>`
      select id, kind, problem from saga
      where status in ('running', 'compensating')
        and not (wake_at > now() and lease_owner is null and kind <> 'cancellation' and history -> -1 ->> 'outcome' = 'postponed')
      order by started_at`;
    const [outbox] = await sql<{ waiting: number; last: string; moves: string }[]>`
      select (select count(*)::int from outbox where published_at is null and dead_at is null) as waiting,
        (select last_value::text from outbox_seq_seq) as last,
        (select coalesce(sum(version), 0)::text from saga) as moves`;
    const events = outbox?.waiting ?? 0;
    return {
      underWay: [
        ...named(
          `${service}: sagas`,
          sagas.map(({ id, kind, problem }) => `${kind} ${id}${problem ? ` (${problem})` : ''}`),
        ),
        ...(events > 0 ? [`${service}: ${events} events to be published`] : []),
      ],
      mark: `${service}:${outbox?.last}:${outbox?.moves}`,
    };
  });
}

async function streamActivity({ manager }: OpenMesh): Promise<Activity> {
  const behind = (await durableConsumers(manager)).filter(({ waiting, inHand }) => waiting + inHand > 0);
  const streams = await Promise.all((await streamNames(manager)).map((name) => manager.streams.info(name)));
  return {
    underWay: behind.map(
      ({ name, waiting, inHand }) => `consumer ${name}: ${waiting} events before it, ${inHand} in hand`,
    ),
    mark: streams.map(({ config, state }) => `${config.name}:${state.last_seq}`).join(' '),
  };
}

/** What services do on their own clock, by service. */
const OWN_WORK: Record<string, (mesh: OpenMesh) => Promise<string[]>> = {
  inventory: (mesh) =>
    mesh.read('inventory', async (sql) => {
      const rows = await sql<{ id: string }[]>`
        select id from reservation where state = 'HELD' and expire_time <= now() + interval '1 second'`;
      return named(
        'inventory: reservations that end',
        rows.map(({ id }) => id),
      );
    }),
  payments: (mesh) =>
    mesh.read('payments', async (sql) => {
      const payments = (await hasProviderBooks(sql))
        ? await sql<{ id: string }[]>`
            select id from payment where doubt_until is not null and state = 'VOIDED' and exists (
              select from sandbox.charge where key = provider_key and charge.state = 'AUTHORIZED')`
        : [];
      const refunds = await sql<{ id: string }[]>`select id from refund where state = 'PENDING'`;
      return [
        ...named(
          'payments: money set aside and to be given up',
          payments.map(({ id }) => id),
        ),
        ...named(
          'payments: refunds',
          refunds.map(({ id }) => id),
        ),
      ];
    }),
  notifications: (mesh) =>
    mesh.read('notifications', async (sql) => {
      const rows = await sql<{ id: string; problem: string | null }[]>`
        select id, problem from notification join address_book using (user_id) where state = 'PENDING'`;
      return named(
        'notifications: mails',
        rows.map(({ id, problem }) => (problem ? `${id} (${problem})` : id)),
      );
    }),
};

function named(what: string, things: string[]): string[] {
  if (things.length === 0) return [];
  const more = things.length > NAMED ? ` and ${things.length - NAMED} more` : '';
  return [`${what} ${things.slice(0, NAMED).join(', ')}${more}`];
}
