import { useQuery } from '@connectrpc/connect-query';
import { Link, useSearchParams } from 'react-router';
import type { ServiceLevel } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { rpcPath } from '../addresses.ts';
import { lastName, ms, percent, seconds } from '../parts/figures.ts';
import { Filter, FilterChoice, FilterText } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Missing } from '../parts/missing.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';

const LOOK_AGAIN_MS = 10_000;

/** How each RPC keeps what its contract promises, and how much may still fail. */
export function Levels() {
  const [words] = useSearchParams();
  const asked = useQuery(
    OperationsService.method.getServiceLevels,
    { service: words.get('service') ?? '', includeUnused: words.get('unused') === 'too' },
    { staleTime: 0, refetchInterval: LOOK_AGAIN_MS },
  );
  return (
    <Page title="Service levels">
      <Filter label="Filter service levels">
        <FilterText name="service" label="Service" hint="orders" />
        <FilterChoice
          name="unused"
          label="RPCs"
          choices={[
            ['', 'Called'],
            ['too', 'All'],
          ]}
        />
      </Filter>
      <Loaded of="The service levels" asked={asked}>
        {({ levels, windowSeconds, missingParts }) => (
          <>
            <Missing parts={missingParts} />
            <p className="hint">
              Of the last {seconds(windowSeconds)}. {levels.filter(({ met }) => !met).length} of {levels.length}{' '}
              promises are broken.
            </p>
            {levels.length === 0 && <Nothing>Nobody called anything in this time.</Nothing>}
            {levels.length > 0 && (
              <Table
                label="Service levels"
                heads={['Service', 'RPC', 'Promise', '#Calls', '#Succeeded', '#p95', '#Burn rate', 'Error budget left']}
              >
                {levels.map((level) => (
                  <Row key={level.rpc} level={level} />
                ))}
              </Table>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Row({ level }: { level: ServiceLevel }) {
  const left = level.errorBudgetLeftPercent;
  return (
    <tr>
      <td>{level.service}</td>
      <th scope="row">
        <Link to={rpcPath(level.rpc)}>{lastName(level.rpc)}</Link>
      </th>
      <td>
        <Tag tone={level.met ? 'good' : 'bad'}>{level.met ? 'kept' : 'broken'}</Tag>
      </td>
      <td data-figure>{String(level.calls)}</td>
      <td data-figure>
        {percent(level.availabilityPercent)} <small>of {percent(level.targetAvailabilityPercent)}</small>
      </td>
      <td data-figure>
        {ms(level.p95Ms)} {level.targetP95Ms > 0 && <small>of {ms(level.targetP95Ms)}</small>}
      </td>
      <td data-figure>{Number(level.burnRate.toFixed(1))}</td>
      <td className="budget">
        <meter
          min={0}
          max={100}
          low={25}
          high={50}
          optimum={100}
          value={Math.max(0, left)}
          aria-label={`Error budget left of ${lastName(level.rpc)}`}
        />{' '}
        {Math.round(left)} %
      </td>
    </tr>
  );
}
