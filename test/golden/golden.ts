import { readFileSync, writeFileSync } from 'node:fs';

/** Compares text with a golden file beside this one; `UPDATE_GOLDEN=1` writes the file instead, for a reviewer to read its difference. */
export function golden(name: string, actual: string): { actual: string; expected: string } {
  const file = new URL(name, import.meta.url);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, actual);
  return { actual, expected: readFileSync(file, 'utf8') };
}
