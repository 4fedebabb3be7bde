import type { Database } from '../db/connect.ts';
import { pruneOldest as pruneTable } from '../db/prune.ts';
import { outboxAge, outboxRows } from '../events/event-metrics.ts';
import { INBOX_AGEING } from '../inbox/table.ts';
import type { Logger } from '../log.ts';
import { outboxLag, pruneOldest } from './queue.ts';

const MEASURE_EVERY_MS = 5000;
const PRUNE_EVERY_MS = 60_000;
const PRUNE_AT_A_TIME = 5000;
const KEEP_DAYS = 30;

/** Shows the outbox's lag and removes what was published, and the inbox marks that were made, long ago, while this process leads. Answers how to stop it. */
export function keepHouse(db: Database, log: Logger, leads: () => boolean): () => void {
  const every = (milliseconds: number, work: () => Promise<void>) =>
    setInterval(() => {
      if (leads()) work().catch((error: unknown) => log.warn({ err: error }, 'housekeeping of the outbox failed'));
    }, milliseconds).unref();

  const measuring = every(MEASURE_EVERY_MS, async () => {
    const { rows, seconds } = await outboxLag(db);
    outboxRows.set(rows);
    outboxAge.set(seconds);
  });
  const pruning = every(PRUNE_EVERY_MS, async () => {
    while (leads() && (await pruneOldest(db, KEEP_DAYS, PRUNE_AT_A_TIME)) === PRUNE_AT_A_TIME);
    while (leads() && (await pruneTable(db, INBOX_AGEING, PRUNE_AT_A_TIME)) === PRUNE_AT_A_TIME);
  });
  return () => {
    clearInterval(measuring);
    clearInterval(pruning);
  };
}
