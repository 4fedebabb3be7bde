import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../local/postgres.ts';

/**
 * Starts one PostgreSQL for the whole test run, unless TEST_POSTGRES_URL already names one. Test files make their own databases in it. What processes of a run
 * compile is kept for those that come after, since many of them run the same code.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folders: string[] = [];
  const folder = (name: string) => {
    const made = mkdtempSync(join(tmpdir(), `tradewind-${name}-`));
    folders.push(made);
    return made;
  };
  process.env.NODE_COMPILE_CACHE ??= folder('compiled');
  // In a folder of its own, which is handed over to whoever runs it.
  const server = process.env.TEST_POSTGRES_URL
    ? undefined
    : await startPostgres({ directory: folder('test'), durable: false });
  if (server) process.env.TEST_POSTGRES_URL = server.url('postgres');
  return async () => {
    await server?.stop();
    for (const each of folders) rmSync(each, { recursive: true, force: true });
  };
}
