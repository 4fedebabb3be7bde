import { useQuery } from '@connectrpc/connect-query';
import { Link, useSearchParams } from 'react-router';
import { type ListTracesResponse, OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { tracePath } from '../addresses.ts';
import { lastName, ms } from '../parts/figures.ts';
import { Filter, FilterChoice, FilterText } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag } from '../parts/tag.tsx';

const LOOK_AGAIN_MS = 4_000;
const PAGE_SIZE = 100;

/** Recent traces, the newest first. */
export function Traces() {
  const [words] = useSearchParams();
  const atLeast = Number(words.get('min') ?? 0);
  const asked = useQuery(
    OperationsService.method.listTraces,
    {
      service: words.get('service') ?? '',
      name: words.get('name') ?? '',
      errorsOnly: words.get('errors') === 'only',
      minDurationMs: Number.isFinite(atLeast) ? atLeast : 0,
      pageSize: PAGE_SIZE,
    },
    { staleTime: 0, refetchInterval: LOOK_AGAIN_MS },
  );
  return (
    <Page title="Traces">
      <Filter label="Filter traces">
        <FilterText name="name" label="A span contains" hint="PlaceOrder" />
        <FilterText name="service" label="Through service" hint="orders" />
        <FilterText name="min" label="Took at least, in ms" hint="100" />
        <FilterChoice
          name="errors"
          label="Failed"
          choices={[
            ['', 'Any'],
            ['only', 'Something failed'],
          ]}
        />
      </Filter>
      <Loaded of="The traces" asked={asked}>
        {(answer) => (
          <>
            <p className="hint">
              {answer.spansKept} spans are kept
              {answer.oldestTime && (
                <>
                  , the oldest from <Moment of={answer.oldestTime} />
                </>
              )}
              .{' '}
              {!answer.receiving &&
                'None came lately: services may not be told to send any (OTEL_EXPORTER_OTLP_ENDPOINT).'}
            </p>
            <List traces={answer.traces} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function List({ traces }: Pick<ListTracesResponse, 'traces'>) {
  if (traces.length === 0) return <Nothing>No such trace is kept.</Nothing>;
  return (
    <Table label="Traces, newest first" heads={['Began', 'Name', 'Service', '#Took', '#Spans', 'Failed', 'Through']}>
      {traces.map((trace) => (
        <tr key={trace.traceId}>
          <td>
            <Moment of={trace.startTime} />
          </td>
          <th scope="row">
            <Link to={tracePath(trace.traceId)}>{lastName(trace.name)}</Link>
          </th>
          <td>{trace.service}</td>
          <td data-figure>{ms(trace.durationMs)}</td>
          <td data-figure>{trace.spans}</td>
          <td>{trace.errors > 0 ? <Tag tone="bad">{trace.errors} failed</Tag> : '–'}</td>
          <td className="wide">{trace.services.join(', ')}</td>
        </tr>
      ))}
    </Table>
  );
}
