/** Tells relays that there is something to publish: those of this process directly, those of other processes by NOTIFY. */
import type { Database } from '../db/connect.ts';

export const OUTBOX_CHANNEL = 'outbox';

interface LocalRelay {
  leads(): boolean;
  wake(): void;
}

interface Waker {
  relays: Set<LocalRelay>;
  notifying: boolean;
  again: boolean;
}

const wakers = new WeakMap<Database['sql'], Waker>();

/** Has `relay` woken by `wakeOutbox` of the same pool, until the answer is called. */
export function registerRelay(db: Database, relay: LocalRelay): () => void {
  const { relays } = wakerOf(db);
  relays.add(relay);
  return () => relays.delete(relay);
}

/** Wakes the relay that leads: here without the database's help, elsewhere by one NOTIFY for however many wakes came meanwhile. */
export function wakeRelays(db: Database): void {
  const waker = wakerOf(db);
  for (const relay of waker.relays) {
    if (!relay.leads()) continue;
    relay.wake();
    return;
  }
  void notify(db, waker);
}

async function notify(db: Database, waker: Waker): Promise<void> {
  if (waker.notifying) {
    waker.again = true;
    return;
  }
  waker.notifying = true;
  do {
    waker.again = false;
    // A wake that is lost costs a second: the relay looks by itself.
    await db.sql.notify(OUTBOX_CHANNEL, '').catch(() => undefined);
  } while (waker.again);
  waker.notifying = false;
}

function wakerOf(db: Database): Waker {
  const known = wakers.get(db.sql);
  if (known) return known;
  const waker: Waker = { relays: new Set(), notifying: false, again: false };
  wakers.set(db.sql, waker);
  return waker;
}
