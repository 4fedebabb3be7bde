import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Alert, Button } from '@mantine/core';
import type { Fault } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { lastName, ms } from '../parts/figures.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { SetFault } from './set-fault.tsx';

const LOOK_AGAIN_MS = 3_000;

/** What goes wrong on purpose, to see what the mesh makes of it. */
export function Faults() {
  const asked = useQuery(OperationsService.method.listFaults, {}, { staleTime: 0, refetchInterval: LOOK_AGAIN_MS });
  const clear = useMutation(OperationsService.method.clearFaults, { onSettled: () => asked.refetch() });
  return (
    <Page title="Faults">
      <Loaded of="The faults" asked={asked}>
        {({ faults, allowed }) => (
          <>
            {!allowed && <NotAllowed />}
            {clear.error && <ProblemNotice error={clear.error} of="Clearing" />}
            {faults.length === 0 && <Nothing>Nothing goes wrong on purpose.</Nothing>}
            {faults.length > 0 && (
              <>
                <List faults={faults} isPending={clear.isPending} clear={(id) => clear.mutate({ ids: [id] })} />
                <Button size="sm" variant="default" loading={clear.isPending} onClick={() => clear.mutate({})}>
                  Clear all
                </Button>
              </>
            )}
            {allowed && <SetFault onSet={() => asked.refetch()} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function NotAllowed() {
  return (
    <Alert color="yellow" variant="light" role="note" title="This mesh does not allow faults" className="notice">
      They are for trying out, not for a shop that sells. A mesh on your machine allows them when it is started with{' '}
      <code>npm start -- --allow-faults</code>, one in a cluster with <code>FAULTS_ALLOWED=1</code> for every service.
    </Alert>
  );
}

interface ListProps {
  faults: readonly Fault[];
  isPending: boolean;
  clear: (id: string) => void;
}

function List({ faults, isPending, clear }: ListProps) {
  return (
    <Table label="Faults that are on" heads={['Calls', 'Of', 'In', '#Hit', '#Wait', 'Answered', 'Until', 'Clear']}>
      {faults.map(({ id, rpc, caller, service, percent, delayMs, abort, endTime }) => (
        <tr key={id}>
          <th scope="row">{rpc === '*' ? 'all' : lastName(rpc)}</th>
          <td>{caller || 'anybody'}</td>
          <td>{service || 'its own service'}</td>
          <td data-figure>{percent} %</td>
          <td data-figure>{ms(delayMs)}</td>
          <td>{abort || 'as ever'}</td>
          <td>
            <Moment of={endTime} />
          </td>
          <td>
            <Button
              size="compact-sm"
              variant="default"
              disabled={isPending}
              aria-label={`Clear the fault of ${lastName(rpc)}`}
              onClick={() => clear(id)}
            >
              Clear
            </Button>
          </td>
        </tr>
      ))}
    </Table>
  );
}
