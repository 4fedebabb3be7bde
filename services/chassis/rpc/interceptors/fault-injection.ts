import { setTimeout as pause } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { trace } from '@opentelemetry/api';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { durationText } from '../../faults/duration.ts';
import { concerns, type Fault } from '../../faults/fault.ts';
import { BadFault, FAULT_HEADER, readFaults } from '../../faults/fault-header.ts';
import { faultsIgnored, faultsInjected } from '../../faults/fault-metrics.ts';
import { injectedError } from '../../faults/injected.ts';
import { MESH_DOMAIN } from '../access-error.ts';
import type { Call } from '../call.ts';
import { codeName } from '../code-name.ts';
import type { Interceptor, Next } from '../interceptor.ts';
import type { ServedCall } from '../served-call.ts';

/** Where faults come from besides headers, in a process that allows them. */
export interface FaultSource {
  /** The process, as in `payments`. */
  readonly service: string;
  /** The faults that are switched on now. */
  readonly faults: readonly Fault[];
}

/**
 * Lets calls fail or wait on purpose: those that ask for it by header, and those that a live flag is meant for. Stands behind authorization, so that the caller a
 * fault names is a proven one and nobody can make a process wait who may not call it; and within metrics, load shedding, logging and traces, so that a fault shows
 * there as the real thing would. Without a source faults are not allowed: a header is ignored and counted.
 */
export function faultInjection(source: FaultSource | undefined, random: () => number = Math.random): Interceptor {
  if (!source) return () => ignored;
  return (rpc) => (next) => (call, request) => {
    const header = call.headers.get(FAULT_HEADER);
    if (header === undefined && source.faults.length === 0) return next(call, request);
    const isHit = (fault: Fault) =>
      concerns(fault, rpc.name, source.service, call.caller.service) && random() * 100 < fault.percent;
    return afflicted(source.faults, header, call, isHit, () => next(call, request));
  };
}

const ignored: (next: Next) => Next = (next) => (call, request) => {
  if (call.headers.get(FAULT_HEADER) !== undefined) faultsIgnored.inc();
  return next(call, request);
};

/** The faults of a header, which from here on travels with every call that is made for this one. */
function brought(call: Call, header: string): Fault[] {
  try {
    const faults = readFaults(header);
    (call as ServedCall).faults = header;
    return faults;
  } catch (error) {
    if (!(error instanceof BadFault)) throw error;
    const code = Code.InvalidArgument;
    throw new ConnectError(`${FAULT_HEADER} cannot be read: ${error.message}`, code, undefined, [
      { desc: ErrorInfoSchema, value: { reason: 'INVALID_FAULT', domain: MESH_DOMAIN } },
    ]);
  }
}

async function afflicted(
  flags: readonly Fault[],
  header: string | undefined,
  call: Call,
  isHit: (fault: Fault) => boolean,
  goOn: () => ReturnType<Next>,
): ReturnType<Next> {
  const faults = header === undefined ? flags : [...flags, ...brought(call, header)];
  for (const { delayMs, abort } of faults.filter(isHit)) {
    if (delayMs !== undefined) {
      note('delay', durationText(delayMs));
      // Ended early by the end of the call, whose reason the caller is told.
      await pause(delayMs, undefined, { signal: call.signal });
    }
    if (abort !== undefined) {
      note('abort', codeName(abort));
      throw injectedError(abort);
    }
  }
  return goOn();
}

function note(kind: 'delay' | 'abort', what: string): void {
  faultsInjected.inc({ kind });
  trace.getActiveSpan()?.addEvent('fault injected', { kind, what });
}
