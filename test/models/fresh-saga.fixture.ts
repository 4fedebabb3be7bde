import { newId } from '#chassis/ids.ts';
import type { NewSaga } from '#chassis/saga/store.ts';

/** A saga that is stored and that nobody runs: the test does its steps itself. */
export function freshSaga(kind: string, subject: string): NewSaga {
  return {
    ...{ id: newId(), kind, subject, state: {} },
    ...{ lease_owner: 'test', lease_ms: 60_000, correlation: null, traceparent: null },
  };
}
