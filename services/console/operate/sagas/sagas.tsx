import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Link, useSearchParams } from 'react-router';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { SagaState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { Page } from '../../app/page.tsx';
import { sagaPath, storyPath } from '../addresses.ts';
import { numberOf } from '../parts/figures.ts';
import { Filter, FilterChoice } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { More } from '../parts/more.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';
import { ResumeParked } from './resume-parked.tsx';
import { SAGA_TONES, sagaStateName, sagaStates } from './states.ts';

const LOOK_AGAIN_MS = 4_000;

/** Checkouts and cancellations under way and done. */
export function Sagas() {
  const [words] = useSearchParams();
  const state = sagaStates.find((each) => sagaStateName(each) === words.get('state')) ?? SagaState.UNSPECIFIED;
  const found = useInfiniteQuery(
    OrdersOperationsService.method.listSagas,
    { state, pageSize: 50, pageToken: '' },
    {
      pageParamKey: 'pageToken',
      getNextPageParam: (last) => last.nextPageToken || undefined,
      staleTime: 0,
      refetchInterval: LOOK_AGAIN_MS,
    },
  );
  const hasParked = found.data?.pages.some(({ sagas }) => sagas.some((saga) => saga.state === SagaState.PARKED));
  return (
    <Page title="Sagas">
      <Filter label="Filter sagas">
        <FilterChoice
          name="state"
          label="State"
          choices={[['', 'Any'], ...sagaStates.map((each) => [sagaStateName(each), sagaStateName(each)] as const)]}
        />
      </Filter>
      <ResumeParked some={hasParked ?? false} onMove={() => found.refetch()} />
      <Loaded of="The sagas" asked={found}>
        {({ pages }) => {
          const sagas = pages.flatMap((page) => page.sagas);
          if (sagas.length === 0) return <Nothing>No saga is in this state.</Nothing>;
          return (
            <Table
              label="Sagas"
              heads={['Saga', 'Order', 'State', 'Step', '#Tries', 'Began', 'Last moved', 'Goes on', 'Problem']}
            >
              {sagas.map((saga) => (
                <tr key={saga.id}>
                  <th scope="row">
                    <Link to={sagaPath(saga.id)}>
                      {saga.kind} {numberOf(saga.id)}
                    </Link>
                  </th>
                  <td>
                    <Link to={storyPath(saga.orderId)}>{numberOf(saga.orderId)}</Link>
                  </td>
                  <td>
                    <Tag tone={SAGA_TONES[saga.state]}>{sagaStateName(saga.state)}</Tag>
                  </td>
                  <td>{saga.step}</td>
                  <td data-figure>{saga.attempts}</td>
                  <td>
                    <Moment of={saga.startTime} />
                  </td>
                  <td>
                    <Moment of={saga.updateTime} />
                  </td>
                  <td>
                    <Moment of={saga.wakeTime} />
                  </td>
                  <td className="wide">{saga.problem}</td>
                </tr>
              ))}
            </Table>
          );
        }}
      </Loaded>
      <More list={found} />
    </Page>
  );
}
