import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../local/postgres.ts';

/**
 * Starts one PostgreSQL for the whole test run, unless TEST_POSTGRES_URL already names one. Test files make their own databases in it. What processes of a run
 * compile is kept for those that come after, since many of them run the same code.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));
  if (process.env.TEST_POSTGRES_URL) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-test-'));
  const server = await startPostgres({ directory, durable: false });
  process.env.TEST_POSTGRES_URL = server.url('postgres');
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
