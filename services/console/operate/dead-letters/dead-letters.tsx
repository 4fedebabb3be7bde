import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { DeadLetter } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { deadLetterPath } from '../addresses.ts';
import { lastName } from '../parts/figures.ts';
import { Filter, FilterText } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { More } from '../parts/more.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Table } from '../parts/table.tsx';
import { Settle } from './settle.tsx';

const LOOK_AGAIN_MS = 3_000;

/** Events that could not be handled, and what to do with them. */
export function DeadLetters() {
  const [words] = useSearchParams();
  const [chosen, setChosen] = useState<readonly bigint[]>([]);
  const found = useInfiniteQuery(
    OperationsService.method.listDeadLetters,
    { service: words.get('service') ?? '', consumer: words.get('consumer') ?? '', pageSize: 50, pageToken: '' },
    {
      pageParamKey: 'pageToken',
      getNextPageParam: (last) => last.nextPageToken || undefined,
      staleTime: 0,
      refetchInterval: LOOK_AGAIN_MS,
    },
  );
  const letters = found.data?.pages.flatMap((page) => page.deadLetters) ?? [];
  const there = letters.map(({ sequence }) => sequence).filter((sequence) => chosen.includes(sequence));
  const isAll = letters.length > 0 && there.length === letters.length;
  return (
    <Page title="Dead letters">
      <Filter label="Filter dead letters">
        <FilterText name="service" label="Given up by service" hint="notifications" />
        <FilterText name="consumer" label="Consumer" hint="order-mails" />
      </Filter>
      <Settle sequences={there} onSettled={() => found.refetch()} />
      <Loaded of="The dead letters" asked={found}>
        {() =>
          letters.length === 0 ? (
            <Nothing>None. Every event was handled, or is still being tried.</Nothing>
          ) : (
            <Table
              label="Dead letters, oldest first"
              heads={[
                <Checkbox
                  key="all"
                  size="sm"
                  aria-label="Choose all"
                  checked={isAll}
                  indeterminate={!isAll && there.length > 0}
                  onChange={() => setChosen(isAll ? [] : letters.map(({ sequence }) => sequence))}
                />,
                'Event',
                'Given up by',
                'When',
                '#Tries',
                'Error',
              ]}
            >
              {letters.map((letter) => (
                <Row
                  key={String(letter.sequence)}
                  letter={letter}
                  isChosen={chosen.includes(letter.sequence)}
                  choose={(is) =>
                    setChosen((before) =>
                      is ? [...before, letter.sequence] : before.filter((each) => each !== letter.sequence),
                    )
                  }
                />
              ))}
            </Table>
          )
        }
      </Loaded>
      <More list={found} />
    </Page>
  );
}

interface RowProps {
  letter: DeadLetter;
  isChosen: boolean;
  choose: (is: boolean) => void;
}

function Row({
  letter: { sequence, type, aggregateId, service, consumer, time, attempts, error },
  isChosen,
  choose,
}: RowProps) {
  return (
    <tr>
      <td>
        <Checkbox
          size="sm"
          aria-label={`Choose ${sequence}`}
          checked={isChosen}
          onChange={(event) => choose(event.currentTarget.checked)}
        />
      </td>
      <th scope="row">
        <Link to={deadLetterPath(sequence)}>
          {lastName(type)} {String(sequence)}
        </Link>
        <span className="id under">{aggregateId}</span>
      </th>
      <td>
        {service}
        <span className="under">{consumer}</span>
      </td>
      <td>
        <Moment of={time} />
      </td>
      <td data-figure>{attempts}</td>
      <td className="wide">{error}</td>
    </tr>
  );
}
