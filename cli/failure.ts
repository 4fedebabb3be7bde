/** Tells people why a command failed, and scripts by its exit code. */
import { Code, ConnectError } from '@connectrpc/connect';
import { causesOf } from '#chassis/causes.ts';
import { reasonOf } from '#chassis/domain-error.ts';
import { AlreadyRunning } from '#chassis/local/supervisor.ts';
import { codeName } from '#chassis/rpc/code-name.ts';
import { BadRequestSchema } from '#gen/google/rpc/error_details_pb.ts';

/** It was asked for properly and did not succeed. */
export const FAILED = 1;
/** It cannot be asked for like this, or there is no mesh to ask. */
export const MISUSE = 2;

/** The caller's mistake, told as it is. */
export class Misuse extends Error {}

/** A part of the mesh that cannot be reached, told by its name. */
export class NotAnswering extends Error {
  constructor(part: string, cause: unknown) {
    super(`${part} does not answer (${messageOf(cause)}). \`npx tradewind status\` tells what runs.`, { cause });
  }
}

/** How the libraries that talk to a mesh say that nobody listens where it should be. */
const NOBODY_LISTENS = new Set(['ECONNREFUSED', 'CONNECTION_REFUSED']);

/** Prints an error for people, or as JSON for scripts; answers the exit code. */
export function explain(error: unknown, json: boolean): number {
  if (json) console.error(JSON.stringify({ error: structured(error) }, null, 2));
  else console.error(textOf(error));
  return isMisuse(error) ? MISUSE : FAILED;
}

function isMisuse(error: unknown): boolean {
  if (error instanceof ConnectError) return reasonOf(error)?.reason === 'VALIDATION_FAILED';
  return error instanceof Misuse || error instanceof AlreadyRunning;
}

function structured(error: unknown): object {
  const silent = silence(error);
  if (silent) return { code: codeName(Code.Unavailable), message: silent };
  if (!(error instanceof ConnectError)) return { message: messageOf(error) };
  const { reason, metadata } = reasonOf(error) ?? {};
  return { code: codeName(error.code), reason, metadata, message: error.rawMessage, fields: fieldsOf(error) };
}

function textOf(error: unknown): string {
  const silent = silence(error);
  if (silent) return silent;
  if (!(error instanceof ConnectError)) return messageOf(error);
  const reason = reasonOf(error)?.reason;
  const lines = fieldsOf(error)
    .map(({ field, description }) => `${field}: ${description}`)
    .filter((line) => !error.rawMessage.includes(line));
  const first = `${error.rawMessage} (${codeName(error.code)}${reason ? `, ${reason}` : ''})`;
  return [first, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** What to say when the mesh has a record but nobody answers, or a part of it does not; undefined when the error is another. */
function silence(error: unknown): string | undefined {
  if (error instanceof NotAnswering) return error.message;
  for (const cause of causesOf(error)) {
    if (!(cause instanceof Error && 'code' in cause && typeof cause.code === 'string')) continue;
    if (!NOBODY_LISTENS.has(cause.code)) continue;
    return `The mesh does not answer (${cause.message || cause.code}). \`npx tradewind status\` tells what runs.`;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fieldsOf(error: ConnectError): { field: string; description: string }[] {
  return error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => ({ field, description })));
}
