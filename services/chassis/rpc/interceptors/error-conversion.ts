import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { databaseAway, statementCancelled } from '../../db/database-away.ts';
import { DomainError, type ErrorTable } from '../../domain-error.ts';
import { isInjected } from '../../faults/injected.ts';
import { MESH_DOMAIN } from '../access-error.ts';
import type { Call } from '../call.ts';
import { reasonFor } from '../early-refusal.ts';
import type { Interceptor } from '../interceptor.ts';
import { observe } from '../observe.ts';

/** Turns what the code throws into what a caller may see: a code and exactly one ErrorInfo. What nobody foresaw becomes INTERNAL with no word of its inside. */
export function errorConversion(table: ErrorTable): Interceptor {
  return () => (next) => (call, request) =>
    observe(
      () => next(call, request),
      (failure) =>
        failure === undefined ? undefined : toConnectError(causeOfAbort(failure, call), table, call.correlationId),
    );
}

/** Work that stops because its call ended says only that it was aborted; why (the caller is gone, time is up) the call's signal knows. */
function causeOfAbort(failure: unknown, call: Call): unknown {
  const aborted = (failure instanceof Error && failure.name === 'AbortError') || statementCancelled(failure);
  return aborted && call.signal.aborted ? call.signal.reason : failure;
}

/** The error a caller sees for a failure. The failure itself stays its cause, for the log. */
export function toConnectError(failure: unknown, table: ErrorTable, correlationId = ''): ConnectError {
  if (isInjected(failure)) return failure;
  if (failure instanceof DomainError) {
    const rule = table.rules[failure.reason];
    if (rule) {
      const message = rule.message.replace(/\{(\w+)\}/g, (whole, key: string) => failure.metadata[key] ?? whole);
      return withInfo(message, rule.code, failure.reason, table.domain, failure.metadata, failure);
    }
  }
  if (failure instanceof ConnectError && failure.code !== Code.Internal && failure.code !== Code.Unknown) {
    if (failure.findDetails(ErrorInfoSchema).length === 1) return failure;
    return withInfo(failure.rawMessage, failure.code, reasonFor(failure.code), MESH_DOMAIN, {}, failure);
  }
  // What was asked may have been done all the same: whoever tries again sends the same request id, as after any answer that got lost.
  if (databaseAway(failure) || statementCancelled(failure)) {
    return withInfo('the service cannot work now', Code.Unavailable, 'DATABASE_UNAVAILABLE', MESH_DOMAIN, {}, failure);
  }
  // What a caller can name to whoever looks for the cause in the logs.
  const known: Record<string, string> = correlationId ? { correlation_id: correlationId } : {};
  return withInfo('something went wrong on our side', Code.Internal, 'INTERNAL', MESH_DOMAIN, known, failure);
}

function withInfo(
  message: string,
  code: Code,
  reason: string,
  domain: string,
  metadata: Record<string, string>,
  cause: unknown,
): ConnectError {
  return new ConnectError(
    message,
    code,
    undefined,
    [{ desc: ErrorInfoSchema, value: { reason, domain, metadata } }],
    cause,
  );
}
