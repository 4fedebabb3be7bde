import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { storyPath } from '../addresses.ts';
import { Facts } from '../parts/facts.tsx';
import { numberOf } from '../parts/figures.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag, type Tone } from '../parts/tag.tsx';
import { SAGA_TONES, sagaStateName } from './states.ts';

const LOOK_AGAIN_MS = 2_000;
const ENDED = new Set<SagaState>([SagaState.COMPLETED, SagaState.COMPENSATED]);
const OUTCOMES: Readonly<Record<string, Tone>> = {
  done: 'good',
  undone: 'few',
  postponed: 'few',
  refused: 'bad',
  failed: 'bad',
};

/** One saga: where it is, how it came there, and a push when it is parked. */
export function SagaPage() {
  const { id = '' } = useParams();
  const asked = useQuery(
    OrdersOperationsService.method.getSaga,
    { sagaId: id },
    {
      staleTime: 0,
      refetchInterval: ({ state: { data } }) => (data?.saga && ENDED.has(data.saga.state) ? false : LOOK_AGAIN_MS),
    },
  );
  const resume = useMutation(OrdersOperationsService.method.resumeSaga, { onSettled: () => asked.refetch() });
  const push = () => resume.mutate({ sagaId: id });
  return (
    <Page title={`Saga ${numberOf(id)}`}>
      <Loaded of="The saga" asked={{ ...asked, data: asked.data?.saga }}>
        {(saga) => (
          <>
            <div className="panel">
              <Facts
                of={[
                  [
                    'State',
                    <Tag key="state" tone={SAGA_TONES[saga.state]}>
                      {sagaStateName(saga.state)}
                    </Tag>,
                  ],
                  ['Kind', saga.kind],
                  [
                    'Order',
                    <Link key="order" to={storyPath(saga.orderId)}>
                      {saga.orderId}
                    </Link>,
                  ],
                  ['Step', saga.step],
                  ['Tries of it', String(saga.attempts)],
                  ['Began', <Moment key="began" of={saga.startTime} />],
                  ['Last moved', <Moment key="moved" of={saga.updateTime} />],
                  ['Goes on', saga.wakeTime && <Moment key="wake" of={saga.wakeTime} />],
                  ['Problem', saga.problem],
                ]}
              />
              {resume.error && <ProblemNotice error={resume.error} of="Resuming" again={push} />}
              {saga.state === SagaState.PARKED && (
                <Button size="sm" loading={resume.isPending} onClick={push}>
                  Resume it
                </Button>
              )}
            </div>
            <h2>Moves</h2>
            {saga.moves.length === 0 && <Nothing>It has not moved yet.</Nothing>}
            {saga.moves.length > 0 && (
              <Table label="Moves" heads={['When', 'Step', 'Outcome', 'Why']}>
                {saga.moves.map(({ step, outcome, time, problem }, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: moves only come at the end.
                  <tr key={at}>
                    <td>
                      <Moment of={time} />
                    </td>
                    <td>{step}</td>
                    <td>
                      <Tag tone={OUTCOMES[outcome] ?? 'plain'}>{outcome}</Tag>
                    </td>
                    <td className="wide">{problem}</td>
                  </tr>
                ))}
              </Table>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
