import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../local/postgres.ts';

/** Starts one PostgreSQL for the whole test run, unless TEST_POSTGRES_URL already names one. Test files make their own databases in it. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_POSTGRES_URL) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-test-'));
  const server = await startPostgres({ directory, durable: false });
  process.env.TEST_POSTGRES_URL = server.url('postgres');
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
