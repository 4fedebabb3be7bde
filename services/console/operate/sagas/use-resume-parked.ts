import { createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { useEffect, useRef, useState } from 'react';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { type Saga, SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { problemOf } from '../../transport/problem.ts';

/** How far it has come to let parked sagas go on. */
export interface Resuming {
  of: number;
  resumed: number;
  failures: readonly { saga: Saga; error: unknown }[];
  isOver: boolean;
}

/** Resumes each saga that is parked when it starts, one after the other; one that stays parked keeps none of the others waiting. Leaving the page stops it. */
export function useResumeParked(onMove: () => unknown) {
  const transport = useTransport();
  const [progress, setProgress] = useState<Resuming>();
  const [error, setError] = useState<unknown>();
  const left = useRef(new AbortController());
  useEffect(() => {
    left.current = new AbortController();
    return () => left.current.abort();
  }, []);

  async function resumeAll({ signal }: AbortController): Promise<void> {
    const client = createClient(OrdersOperationsService, transport);
    const sagas: Saga[] = [];
    for (let pageToken: string | undefined = ''; pageToken !== undefined; ) {
      const page = await client.listSagas({ state: SagaState.PARKED, pageSize: 250, pageToken }, { signal });
      sagas.push(...page.sagas);
      pageToken = page.nextPageToken || undefined;
    }
    let now: Resuming = { of: sagas.length, resumed: 0, failures: [], isOver: sagas.length === 0 };
    setProgress(now);
    for (const saga of sagas) {
      const failure = await client.resumeSaga({ sagaId: saga.id }, { signal }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (signal.aborted) return;
      // Somebody else was quicker.
      const goesOn = failure === undefined || problemOf(failure).reason === 'SAGA_NOT_PARKED';
      if (goesOn) now = { ...now, resumed: now.resumed + 1 };
      else now = { ...now, failures: [...now.failures, { saga, error: failure }] };
      now = { ...now, isOver: now.resumed + now.failures.length === now.of };
      setProgress(now);
    }
    onMove();
  }

  return {
    progress,
    error,
    isRunning: progress !== undefined && !progress.isOver && error === undefined,
    start() {
      setError(undefined);
      setProgress({ of: 0, resumed: 0, failures: [], isOver: false });
      resumeAll(left.current).catch((reason: unknown) => {
        if (!left.current.signal.aborted) setError(reason);
      });
    },
  };
}
