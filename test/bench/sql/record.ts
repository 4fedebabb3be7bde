import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import type { Books } from '../mesh/books.ts';
import type { BenchShop } from '../mesh/shop.ts';
import { type RecordedCheckout, recordedCheckout } from './recorded-checkout.ts';
import { LINE_PREFIX, readStatementLog } from './statement-log.ts';

/** Long enough that everything which runs by the clock shows itself. */
const IDLE_MS = 3_000;
/** A mail is sent after its checkout is complete. */
const AFTERWARDS_MS = 1_500;

/** Has PostgreSQL log every statement while one order is placed in a quiet mesh, and answers what its checkout issued. */
export async function recordCheckout(
  databaseUrl: string,
  directory: string,
  shop: BenchShop,
  books: Books,
): Promise<RecordedCheckout> {
  const sql = postgres(databaseUrl, { max: 1 });
  const log = openSync(join(directory, 'postgres', 'postgres.log'), 'r');
  const set = async (prefix: string, statements: string) => {
    await sql.unsafe(`alter system set log_line_prefix = '${prefix}'`);
    await sql.unsafe(`alter system set log_statement = '${statements}'`);
    await sql`select pg_reload_conf()`;
    await pause(500);
  };
  try {
    const [shopper] = shop.shoppers;
    if (!shopper) throw new Error('a shop without shoppers');
    await set(LINE_PREFIX, 'all');
    const begin = fstatSync(log).size;
    await pause(IDLE_MS);
    const middle = fstatSync(log).size;
    await books.decided([await shop.place('direct', shopper)]);
    await books.quiet();
    await pause(AFTERWARDS_MS);
    const end = fstatSync(log).size;
    await set('', 'none');
    const read = (from: number, to: number) => {
      const bytes = Buffer.alloc(to - from);
      readSync(log, bytes, 0, bytes.length, from);
      return readStatementLog(bytes.toString());
    };
    return recordedCheckout(read(begin, middle), read(middle, end), new Set([...shop.products, shopper.userId]));
  } finally {
    closeSync(log);
    await sql.end();
  }
}
