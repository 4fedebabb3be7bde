import { Code, ConnectError, decodeBinaryHeader } from '@connectrpc/connect';
import { Metadata } from '@grpc/grpc-js';
import { FAULT_HEADER } from '#chassis/faults/fault-header.ts';
import { injectTrace } from '#chassis/telemetry.ts';
import { currentCall } from '../call.ts';
import type { MethodPlan } from './method-plan.ts';

/** What is left for the answer to travel back: a call made on behalf of another one ends this many milliseconds before it. */
const DEADLINE_MARGIN_MS = 10;

/**
 * The instant a call must be answered by, in epoch milliseconds; undefined means never. The sooner of what is left of the call being served and what the caller asks
 * for, or else the contract's: whoever serves may do without one part as long as there is time for the rest. A call that is only passed on keeps the time of who
 * made it. A time-out of 0 or less means none, as in Connect.
 */
export function deadlineOf(plan: MethodPlan, timeoutMs: number | undefined): number | undefined {
  const served = currentCall();
  const left = served?.deadline === undefined ? undefined : served.deadline - DEADLINE_MARGIN_MS;
  const passedOn = left !== undefined && served?.rpc?.name === plan.name;
  const allowed = timeoutMs ?? (passedOn ? undefined : plan.timeoutMs);
  if (allowed === undefined || allowed <= 0) return left;
  return Math.min(left ?? Infinity, Date.now() + allowed);
}

/** Refuses to send what can no longer be answered in time. */
export function assertTimeLeft(deadline: number | undefined): void {
  if (deadline !== undefined && deadline <= Date.now()) {
    throw new ConnectError('no time left before the call was sent', Code.DeadlineExceeded);
  }
}

type GivenHeaders = ConstructorParameters<typeof Headers>[0];

/**
 * The metadata of a call: who calls (the service, and the user it acts for), and the threads that tie it to its cause (correlation id,
 * trace). A header given by the caller wins over the one that would be passed on.
 */
export function metadataOf(
  plan: MethodPlan,
  header: GivenHeaders,
  serviceToken: string | undefined,
  deadline: number | undefined,
): Metadata {
  // The connection may break between the look at it and the sending.
  const metadata = new Metadata({ waitForReady: plan.idempotent && deadline !== undefined });
  const call = currentCall();
  if (call !== undefined) {
    metadata.set('x-correlation-id', call.correlationId);
    const token = call.caller.user?.token;
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    if (call.faults !== undefined) metadata.set(FAULT_HEADER, call.faults);
  }
  const { traceparent } = injectTrace();
  if (traceparent !== undefined) metadata.set('traceparent', traceparent);
  if (serviceToken !== undefined) metadata.set('x-tradewind-service', serviceToken);
  if (header !== undefined) {
    for (const [name, value] of isRecord(header) ? Object.entries(header) : new Headers(header)) {
      metadata.set(name, name.endsWith('-bin') ? Buffer.from(decodeBinaryHeader(value)) : value);
    }
  }
  return metadata;
}

/** Headers as an object are as good as `Headers`, which cost more than the rest of the metadata. */
function isRecord(header: GivenHeaders): header is Record<string, string> {
  return header !== undefined && !Array.isArray(header) && !(Symbol.iterator in header);
}
