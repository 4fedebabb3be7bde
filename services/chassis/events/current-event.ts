import { AsyncLocalStorage } from 'node:async_hooks';

/** The event being handled: what it causes names it, and belongs to the same story. */
export interface Cause {
  id: string;
  correlationId: string;
}

const causes = new AsyncLocalStorage<Cause>();

/** The event that the running code works for. Undefined outside a handler. */
export function currentCause(): Cause | undefined {
  return causes.getStore();
}

/** Runs `work` as the effect of an event. */
export function causedBy<T>(cause: Cause, work: () => T): T {
  return causes.run(cause, work);
}
