import { MAX_MESSAGE_BYTES } from '#chassis/rpc/early-refusal.ts';
import type { HttpRequest } from '#chassis/rpc/plain-http.ts';
import { HttpRefusal } from './http-refusal.ts';

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
const LINES_TYPE = /^application\/(?:x-ndjson|jsonl)\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

const strict = () => new TextDecoder('utf-8', { fatal: true });

/** The body as text, empty when there is none. JSON in UTF-8 is all that is understood. */
export async function readJsonBody(request: HttpRequest): Promise<string> {
  assertIdentity(request);
  if (Number(request.headers['content-length'] ?? 0) > MAX_MESSAGE_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytesOf(request)) {
    size += chunk.length;
    if (size > MAX_MESSAGE_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  if (size === 0) return '';
  assertType(request, JSON_TYPE, 'application/json');
  return text(strict(), Buffer.concat(chunks));
}

/** The lines of a body that is a stream of JSON documents, one a line. */
export async function* readJsonLines(request: HttpRequest): AsyncGenerator<string> {
  assertIdentity(request);
  assertType(request, LINES_TYPE, 'application/x-ndjson');
  const decoder = strict();
  let rest = '';
  for await (const chunk of bytesOf(request)) {
    const lines = (rest + text(decoder, chunk, true)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_MESSAGE_BYTES) throw tooLarge();
    for (const line of lines) if (line.trim() !== '') yield line;
  }
  if (rest.trim() !== '') yield rest;
}

/** Not the request's own iterator, which would cut the connection when the rest is not wanted: there is an answer to be sent. */
function bytesOf(request: HttpRequest): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

function assertType(request: HttpRequest, known: RegExp, name: string): void {
  const type = request.headers['content-type'] ?? '';
  if (known.test(type)) return;
  throw new HttpRefusal(
    'UNSUPPORTED_MEDIA_TYPE',
    `the body must be ${name} in UTF-8, and ${type ? `is ${type.slice(0, 100)}` : 'says not what it is'}`,
    { content_type: name },
  );
}

function assertIdentity(request: HttpRequest): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  throw new HttpRefusal('UNSUPPORTED_MEDIA_TYPE', 'bodies are read as they are, never compressed', {
    content_encoding: 'identity',
  });
}

function text(decoder: ReturnType<typeof strict>, bytes: Uint8Array, stream = false): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new HttpRefusal('MALFORMED_REQUEST', 'the body is not UTF-8');
  }
}

function tooLarge(): HttpRefusal {
  return new HttpRefusal('MESSAGE_TOO_LARGE', `a message may have no more than ${MAX_MESSAGE_BYTES} bytes`, {
    max_bytes: String(MAX_MESSAGE_BYTES),
  });
}
