/** Ties what a saga does to the request that began it: same trace, same correlation id, but not its user, and with time of its own. */
import { currentCall, runInCall, type Work } from '../rpc/call.ts';
import { injectTrace, withRemoteTrace } from '../telemetry.ts';
import type { StepTime } from './execute.ts';
import type { SagaRow } from './table.ts';

/** What a new saga keeps of the running request. */
export function threads(): { correlation: string | null; traceparent: string | null } {
  return { correlation: currentCall()?.correlationId ?? null, traceparent: injectTrace().traceparent ?? null };
}

type Thread = Pick<SagaRow, 'id' | 'kind' | 'status' | 'correlation' | 'traceparent'>;

/** Runs a step as a span of the saga's trace; its calls and statements end when its time is up. */
export function inStepContext<T>(row: Thread, step: string, time: StepTime, run: () => Promise<T>): Promise<T> {
  const attributes = { 'saga.id': row.id, 'saga.kind': row.kind, 'saga.step': step, 'saga.status': row.status };
  return runInCall(sagaCall(row, time), () =>
    withRemoteTrace(row.traceparent ?? undefined, `saga ${row.kind}/${step}`, attributes, run),
  );
}

/** Clients, logs and the outbox read the correlation id from the current call; a saga has nobody's credentials to pass on. */
function sagaCall(row: Thread, { deadline, signal }: StepTime): Work {
  return {
    headers: { get: () => undefined },
    signal,
    deadline,
    caller: { service: `saga ${row.kind}` },
    correlationId: row.correlation ?? row.id,
    get responseHeaders() {
      return new Map();
    },
  };
}
