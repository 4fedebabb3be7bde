/** Tells a database that is away from one that was merely asked too much. */
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { openLines } from './lines.ts';

/** A database that is there answers the least question in milliseconds, and a busy one in less than this. */
const ANSWERS_WITHIN_MS = 3_000;

/**
 * Asks a database the least that can be asked, and answers whether it did in time. Each question has a connection of its own, since those that are open may be dead
 * while the database is well. Who asks while a question is under way shares its answer.
 */
export function databaseQuestion(url: string, withinMs = ANSWERS_WITHIN_MS): () => Promise<boolean> {
  let underWay: Promise<boolean> | undefined;
  return () => {
    underWay ??= ask(url, withinMs).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

async function ask(url: string, withinMs: number): Promise<boolean> {
  const lines = openLines();
  // The driver's description knows `socket`, its types do not.
  const settings = { max: 1, fetch_types: false, socket: lines.open, connection: { application_name: 'question' } };
  const sql = postgres(url, settings);
  const answer = sql`select 1`.then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([answer, delay(withinMs, false, { ref: false })]);
  // The driver takes leave and waits for an answer to that, which need not come.
  void sql.end({ timeout: 0 }).catch(() => undefined);
  lines.listen()();
  return answered;
}
