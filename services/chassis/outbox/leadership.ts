import postgres from 'postgres';
import { type Database, KEEP_ALIVE_SECONDS } from '../db/connect.ts';
import { openLines } from '../db/lines.ts';

/** A question on which nothing comes for so long is asked anew over another connection. */
const ANSWER_MS = 5000;

export interface Leadership {
  leads(): boolean;
  /** Asks for the lead now, because it is said to be free. */
  ask(): void;
  resign(): Promise<void>;
}

/**
 * Lets one process of a database's many lead, by a session advisory lock on a connection of its own: PostgreSQL frees the lock when that connection ends, so a
 * leader that dies is followed within `everyMs`. It asks again and again instead of waiting for the lock, because a statement that waits for days would keep
 * VACUUM from removing dead rows. `onChange` may be called while the old leader still finishes what it began.
 *
 * A leader that is cut off ends no connection, and by the system's own settings the server would keep the lock for two hours; hence it asks after an idle leader,
 * and lets go of one that gives no answer for half a minute.
 */
export function campaign(
  db: Database,
  lock: number,
  options: { everyMs: number; onChange(leads: boolean): void },
): Leadership {
  let leads = false;
  let asking = false;
  const change = (next: boolean) => {
    if (next === leads) return;
    leads = next;
    options.onChange(next);
  };
  const lines = openLines();
  const settings = {
    socket: lines.open,
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    keep_alive: KEEP_ALIVE_SECONDS,
    fetch_types: false,
    onnotice: () => {},
    onclose: () => change(false),
    connection: { application_name: 'leadership' },
  };
  const sql = postgres(db.url, settings);

  async function ask(): Promise<void> {
    if (leads || asking) return;
    asking = true;
    // Again and again: a connection may fall silent amid an answer, or have been made for this question.
    let endSilent = lines.listen();
    const late = setInterval(() => {
      endSilent();
      endSilent = lines.listen();
    }, ANSWER_MS);
    try {
      const [row] = await sql<{ won: boolean }[]>`
        select pg_try_advisory_lock(${lock}) as won, set_config('tcp_keepalives_idle', '10', false),
          set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)`;
      if (row?.won) change(true);
    } catch {
      // The database is away; the next try finds out whether it is back.
    } finally {
      clearInterval(late);
      asking = false;
    }
  }

  void ask();
  const timer = setInterval(() => void ask(), options.everyMs);
  return {
    leads: () => leads,
    ask: () => void ask(),
    async resign() {
      clearInterval(timer);
      // Given back by name: the server notices the end of a connection some time later. `end` waits for it.
      if (leads) void sql`select pg_advisory_unlock(${lock})`.catch(() => undefined);
      await sql.end({ timeout: 2 });
    },
  };
}
