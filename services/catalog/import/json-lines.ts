import type { FileLine } from './csv.ts';
import { LONGEST_LINE, readLines } from './lines.ts';

/** Reads one JSON object a line. A line that is none is reported and the next one read. */
export async function* readJsonLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<FileLine> {
  let line = 0;
  for await (const text of readLines(chunks)) {
    line++;
    if (text === undefined) {
      yield { line, fields: {}, problem: `is longer than ${LONGEST_LINE} bytes` };
      continue;
    }
    const content = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (content.trim() !== '') yield { line, ...parsed(content) };
  }
}

function parsed(text: string): Omit<FileLine, 'line'> {
  let value: unknown;
  try {
    value = JSON.parse(text, asWritten);
  } catch (error) {
    return { fields: {}, problem: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { fields: {}, problem: 'is not a JSON object' };
  const fields: Record<string, string> = {};
  for (const [key, field] of Object.entries(value)) {
    const text = textOf(key.toLowerCase(), field);
    if (text === undefined) return { fields: {}, problem: `has a ${key.slice(0, 40)} that is no plain value` };
    if (key !== '__proto__') fields[key.toLowerCase()] = text;
  }
  return { fields };
}

/** Keeps numbers as the file writes them: as doubles, prices of many digits would be rounded. */
function asWritten(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? String(value)) : value;
}

function textOf(key: string, value: unknown): string | undefined {
  if (value === null) return '';
  if (key === 'image_urls' && Array.isArray(value))
    return value.every((url) => typeof url === 'string') ? value.join(' ') : undefined;
  return typeof value === 'object' ? undefined : String(value);
}
