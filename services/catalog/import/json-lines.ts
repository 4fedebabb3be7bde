import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { FileLine } from './csv.ts';

/** Reads one JSON object a line. A line that is none is reported and the next one read. */
export async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<FileLine> {
  const lines = createInterface({
    input: Readable.from(chunks, { objectMode: false }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let line = 0;
  for await (const text of lines) {
    line++;
    const content = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (content.trim() !== '') yield { line, ...parsed(content) };
  }
}

function parsed(text: string): Omit<FileLine, 'line'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fields: {}, problem: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fields: {}, problem: 'is not a JSON object' };
  const entries = Object.entries(value).map(([key, field]) => [key.toLowerCase(), textOf(field)]);
  return { fields: Object.fromEntries(entries) as Record<string, string> };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(' ');
  return value === null || value === undefined ? '' : String(value);
}
