import { useQuery } from '@connectrpc/connect-query';
import { Link, useSearchParams } from 'react-router';
import { PromiseState, type ServiceLevel } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { rpcPath } from '../addresses.ts';
import { lastName, ms, percent, seconds } from '../parts/figures.ts';
import { Filter, FilterChoice, FilterText } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Missing } from '../parts/missing.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Tag, type Tone } from '../parts/tag.tsx';
import './levels.css';

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
              Of the last {seconds(windowSeconds)}: an hour at most, kept in memory until operations restarts.{' '}
              {judgements(levels)}
            </p>
            {levels.length === 0 && <Nothing>Nobody called anything in this time.</Nothing>}
            {levels.length > 0 && (
              <div className="panel levels">
                <Table
                  label="Service levels"
                  heads={['Promise', 'RPC', '#Calls', '#Succeeded', '#p95', '#Burn rate', 'Budget left']}
                >
                  {levels.map((level) => (
                    <Row key={level.rpc} level={level} />
                  ))}
                </Table>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function judgements(levels: readonly ServiceLevel[]): string {
  const count = (state: PromiseState) => levels.filter(({ promise }) => promise === state).length;
  const [broken, kept] = [count(PromiseState.BROKEN), count(PromiseState.KEPT)];
  return `Of ${levels.length} promises: ${broken} broken, ${kept} kept, ${levels.length - broken - kept} with too few calls to tell.`;
}

function Row({ level }: { level: ServiceLevel }) {
  const { tone, word, isJudged } = judgementOf(level);
  return (
    <tr>
      <td>
        <Tag tone={tone}>{word}</Tag>
      </td>
      <th scope="row">
        <Link to={rpcPath(level.rpc)}>{lastName(level.rpc)}</Link>
        <span className="under">{level.service}</span>
      </th>
      <td data-figure>{String(level.calls)}</td>
      <td data-figure>
        {percent(level.availabilityPercent)} <small>of {percent(level.targetAvailabilityPercent)}</small>
      </td>
      <td data-figure>
        {ms(level.p95Ms)} {level.targetP95Ms > 0 && <small>of {ms(level.targetP95Ms)}</small>}
      </td>
      <td data-figure>{isJudged ? Number(level.burnRate.toFixed(1)) : '–'}</td>
      <td className="budget">{isJudged ? <Budget level={level} /> : '–'}</td>
    </tr>
  );
}

function Budget({ level: { rpc, errorBudgetLeftPercent: left } }: { level: ServiceLevel }) {
  return (
    <>
      <meter
        min={0}
        max={100}
        low={25}
        high={50}
        optimum={100}
        value={Math.max(0, left)}
        aria-label={`Error budget left of ${lastName(rpc)}`}
      />{' '}
      {left > 0 ? `${Math.round(left)} %` : 'none'}
    </>
  );
}

/** Where there is too little to judge by, failures are pointed out all the same. */
function judgementOf({ promise, errors }: ServiceLevel): { tone: Tone; word: string; isJudged: boolean } {
  if (promise === PromiseState.KEPT) return { tone: 'good', word: 'kept', isJudged: true };
  if (promise === PromiseState.BROKEN) return { tone: 'bad', word: 'broken', isJudged: true };
  return { tone: errors > 0n ? 'few' : 'plain', word: 'too few calls', isJudged: false };
}
