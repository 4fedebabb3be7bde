import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../local/postgres.ts';

/**
 * Starts one PostgreSQL for the whole test run, unless TEST_POSTGRES_URL already names one. Test files make their own databases in it. What processes of a run
 * compile is kept for those that come after, since many of them run the same code.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-test-'));
  process.env.NODE_COMPILE_CACHE ??= join(directory, 'compiled');
  const server = process.env.TEST_POSTGRES_URL
    ? undefined
    : await startPostgres({ directory: join(directory, 'postgres'), durable: false });
  if (server) process.env.TEST_POSTGRES_URL = server.url('postgres');
  return async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
