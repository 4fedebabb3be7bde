/** Tells people why a command failed, and scripts by its exit code. */
import { Code, ConnectError } from '@connectrpc/connect';
import { reasonOf } from '#chassis/domain-error.ts';
import { AlreadyRunning } from '#chassis/local/supervisor.ts';
import { BadRequestSchema } from '#gen/google/rpc/error_details_pb.ts';

/** It was asked for properly and did not succeed. */
export const FAILED = 1;
/** It cannot be asked for like this, or there is no mesh to ask. */
export const MISUSE = 2;

/** The caller's mistake, told as it is. */
export class Misuse extends Error {}

/** Prints an error for people, or as JSON for scripts; answers the exit code. */
export function explain(error: unknown, json: boolean): number {
  if (json) console.error(JSON.stringify({ error: structured(error) }, null, 2));
  else console.error(textOf(error));
  return error instanceof Misuse || error instanceof AlreadyRunning ? MISUSE : FAILED;
}

function structured(error: unknown): object {
  if (!(error instanceof ConnectError)) return { message: messageOf(error) };
  const { reason, metadata } = reasonOf(error) ?? {};
  return { code: codeName(error.code), reason, metadata, message: error.rawMessage, fields: fieldsOf(error) };
}

function textOf(error: unknown): string {
  if (!(error instanceof ConnectError)) return messageOf(error);
  const reason = reasonOf(error)?.reason;
  const lines = fieldsOf(error).map(({ field, description }) => `  ${field}: ${description}`);
  return [`${error.rawMessage} (${codeName(error.code)}${reason ? `, ${reason}` : ''})`, ...lines].join('\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fieldsOf(error: ConnectError): { field: string; description: string }[] {
  return error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => ({ field, description })));
}

function codeName(code: Code): string {
  return (Code[code] ?? String(code)).replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
