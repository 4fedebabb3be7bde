/** Answers what operators ask of sagas and read models. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { DomainError } from '#chassis/domain-error.ts';
import { implement, type Route } from '#chassis/rpc/implementation.ts';
import type { AnySaga } from '#chassis/saga/define.ts';
import type { SagaRunner } from '#chassis/saga/runner.ts';
import { ended, type SagaRow, type SagaStatus } from '#chassis/saga/table.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { type SagaSchema, SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { fromTime } from '../values.ts';
import { pageOf, readPageToken } from './page-token.ts';

const DEFAULT_PAGE = 50;

const STATES: Record<SagaStatus, SagaState> = {
  running: SagaState.RUNNING,
  compensating: SagaState.COMPENSATING,
  completed: SagaState.COMPLETED,
  compensated: SagaState.COMPENSATED,
  parked: SagaState.PARKED,
};

export type Rebuild = () => Promise<{ events: number; rows: number }>;

export interface Operations {
  runner: SagaRunner;
  sagas: readonly AnySaga[];
  /** Read models by name. */
  projections: Readonly<Record<string, Rebuild>>;
}

export function operationsRpc({ runner, sagas, projections }: Operations): Route {
  const stepsOf = new Map(sagas.map((saga) => [saga.name, saga.steps.map((step) => step.name)]));

  function toSaga(row: SagaRow): MessageInitShape<typeof SagaSchema> {
    const waits = row.leaseOwner === null && !ended.includes(row.status) && row.status !== 'parked';
    return {
      id: row.id,
      kind: row.kind,
      orderId: row.subject,
      state: STATES[row.status],
      step: stepsOf.get(row.kind)?.[row.step] ?? '',
      attempts: row.attempts,
      problem: row.problem ?? row.failure?.reason ?? '',
      wakeTime: waits ? timestampFromDate(row.wakeAt) : undefined,
      startTime: timestampFromDate(row.startedAt),
      updateTime: timestampFromDate(row.updatedAt),
      moves: row.history.map(({ step, outcome, time, problem }) => ({ step, outcome, time: fromTime(time), problem })),
    };
  }

  async function sagaOf(id: string): Promise<SagaRow> {
    const row = await runner.find(id);
    if (!row) throw new DomainError('SAGA_NOT_FOUND', { saga_id: id });
    return row;
  }

  return implement(OrdersOperationsService, {
    async listSagas({ state, orderId: subject, pageSize, pageToken: token }) {
      const query = ['sagas', state, subject];
      const size = pageSize || DEFAULT_PAGE;
      const status = (Object.keys(STATES) as SagaStatus[]).find((name) => STATES[name] === state);
      const rows = await runner.list({ status, subject, before: readPageToken(token, query), limit: size + 1 });
      const { page, next } = pageOf(rows, size, (row) => row.id, query);
      return { sagas: page.map((row) => ({ ...toSaga(row), moves: [] })), nextPageToken: next };
    },

    async getSaga({ sagaId }) {
      return { saga: toSaga(await sagaOf(sagaId)) };
    },

    async resumeSaga({ sagaId }) {
      const resumed = await runner.resume(sagaId);
      if (resumed) return { saga: toSaga(resumed) };
      const row = await sagaOf(sagaId);
      throw new DomainError('SAGA_NOT_PARKED', { state: row.status });
    },

    async rebuildProjection({ projection }) {
      const rebuild = Object.hasOwn(projections, projection) ? projections[projection] : undefined;
      if (!rebuild) {
        throw new DomainError('PROJECTION_NOT_FOUND', { projection, known: Object.keys(projections).join(', ') });
      }
      const { events, rows } = await rebuild();
      return { events: BigInt(events), rows: BigInt(rows) };
    },
  });
}
