import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { type TestDatabase, testDatabase } from '../testing/postgres.ts';
import { campaign, type Leadership } from './leadership.ts';

let db: TestDatabase;
let leadership: Leadership;
beforeAll(async () => {
  db = await testDatabase([]);
  leadership = campaign(db, 1, { everyMs: 100, onChange: () => undefined });
});
afterAll(async () => {
  await leadership.resign();
  await db.drop();
});

/** A keepalive timer in the kernel's list of sockets, and a hundredth of a second there. */
const KEEPALIVE = '02';
const TICKS_PER_SECOND = 100;

/** In how many seconds the kernel asks whether the other end of the server's connection to a client still lives. */
function secondsUntilAsked(clientPort: number): number {
  const remote = `:${clientPort.toString(16).toUpperCase().padStart(4, '0')}`;
  const sockets = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const [, , , , , timer] =
    sockets.map((line) => line.trim().split(/\s+/)).find((each) => each[2]?.endsWith(remote)) ?? [];
  const [kind, ticks] = timer?.split(':') ?? [];
  return kind === KEEPALIVE ? Number.parseInt(ticks ?? '', 16) / TICKS_PER_SECOND : Number.NaN;
}

test.skipIf(process.platform !== 'linux')(
  'the server asks within seconds whether an idle leader is still there, so that one that was cut off does not keep the lead for hours',
  async () => {
    await eventually(async () => expect(leadership.leads()).toBe(true));
    await eventually(async () => {
      const [session] = await db.sql<{ client_port: number }[]>`
        select client_port from pg_stat_activity where application_name = 'leadership' and datname = current_database()`;
      expect(secondsUntilAsked(session?.client_port ?? 0)).toBeLessThanOrEqual(10);
    });
  },
);
