/**
 * Keeps sagas. Every write of a runner is fenced by owner and version: a runner that lost its lease, however late it wakes up, changes
 * nothing.
 */
import type { SagaFailure } from './define.ts';
import type { SagaMove, SagaRow, SagaStatus } from './table.ts';

/** A saga as its creator stores it, in the same statement as what it works for. */
export interface NewSaga {
  id: string;
  kind: string;
  subject: string;
  state: object;
  lease_owner: string;
  /** From the moment it is stored, by the database's clock: this process's may be wrong. */
  lease_ms: number;
  correlation: string | null;
  traceparent: string | null;
}

/** The row a new saga becomes, so that its creator's runner need not read it back. */
export function freshRow(saga: NewSaga, now: Date): SagaRow {
  return {
    id: saga.id,
    kind: saga.kind,
    subject: saga.subject,
    state: saga.state,
    step: 0,
    status: 'running',
    attempts: 0,
    touched: false,
    wakeAt: now,
    wakes: 0,
    leaseOwner: saga.lease_owner,
    leaseUntil: new Date(now.getTime() + saga.lease_ms),
    version: 1,
    failure: null,
    problem: null,
    history: [],
    cancelRequested: false,
    correlation: saga.correlation,
    traceparent: saga.traceparent,
    startedAt: now,
    updatedAt: now,
  };
}

/** The whole of what one step changes. */
export interface SagaChange {
  state: object;
  step: number;
  status: SagaStatus;
  attempts: number;
  touched: boolean;
  failure: SagaFailure | null;
  problem: string | null;
  history: SagaMove[];
  /** Set when the saga rests until then and gives its lease back. */
  wakeAt?: Date;
}

export interface SagaSignals {
  version: number;
  wakes: number;
  cancelRequested: boolean;
}

/** What running one saga needs of the store. */
export interface SagaProgress {
  /** Stores a change and answers what others asked of the saga meanwhile. Throws `LeaseLost`. */
  save(saga: SagaRow, change: SagaChange): Promise<SagaSignals>;
}

/** Another runner owns the saga now; whatever this one was doing is repeated or undone there. */
export class LeaseLost extends Error {
  constructor(sagaId: string) {
    super(`another runner took saga ${sagaId}`);
    this.name = 'LeaseLost';
  }
}
