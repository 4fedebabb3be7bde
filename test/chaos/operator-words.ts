/** What an operator says to a mesh that faults are tried out on. */
import assert from 'node:assert/strict';
import { tradewind } from '../e2e/command-line.fixture.ts';

/** Sets a flag as an operator does. */
export async function flagged(
  { directory }: { directory: string },
  words: readonly string[],
): Promise<() => Promise<void>> {
  await said(directory, 'fault', 'set', ...words, '--for', '5m');
  return () => said(directory, 'fault', 'clear', '--all');
}

/** Runs `tradewind` as an operator does; throws unless it succeeds. */
export async function said(folder: string, ...words: string[]): Promise<void> {
  const { code, stderr } = await tradewind(folder, ...words);
  assert.equal(code, 0, stderr);
}
