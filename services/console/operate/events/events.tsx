import { createClient } from '@connectrpc/connect';
import { useTransport } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { useStream } from '../../transport/use-stream.ts';
import { Filter, FilterText } from '../parts/filter.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { EventRow } from './event-row.tsx';
import { keyOf, MOST_EVENTS, type Tail, tail } from './tail.ts';

/** How many of those stored already are shown at first. */
const LAST = 50;

/** Events as they are stored, the newest first. */
export function Events() {
  const operations = createClient(OperationsService, useTransport());
  const [words] = useSearchParams();
  const filter = {
    type: words.get('type') ?? '',
    aggregateId: words.get('aggregate') ?? '',
    correlationId: words.get('correlation') ?? '',
  };
  const key = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter begins anew.
  const gather = useMemo(tail, [key]);
  const { last, error } = useStream(
    key,
    (signal) => gather(operations.watchEvents({ ...filter, last: LAST }, { signal })),
    () => false,
  );
  const [held, setHeld] = useState<{ key: string; tail: Tail }>();
  const paused = held?.key === key ? held.tail : undefined;
  return (
    <Page title="Events">
      <Filter label="Filter events">
        <FilterText name="type" label="Type contains" hint="OrderPlaced" />
        <FilterText name="aggregate" label="About (id)" />
        <FilterText name="correlation" label="Correlation" />
      </Filter>
      <Loaded of="The events" asked={{ data: last, error }}>
        {(now) => (
          <>
            <div className="settle">
              <Button
                size="sm"
                variant="default"
                aria-pressed={paused !== undefined}
                onClick={() => setHeld(paused ? undefined : { key, tail: now })}
              >
                {paused ? 'Go on' : 'Pause'}
              </Button>
              <p className="settled" role="status">
                {paused ? `Paused; ${newer(now, paused)} new since.` : 'Shown as they come.'}
                {now.leftOut > 0n && ` ${now.leftOut} came too fast and were left out.`}
              </p>
            </div>
            <List shown={paused ?? now} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function List({ shown: { events } }: { shown: Tail }) {
  if (events.length === 0) return <Nothing>No such event has come yet. The next one appears here by itself.</Nothing>;
  return (
    <>
      <ol className="events" aria-label="Events, newest first">
        {events.map((event) => (
          <EventRow key={keyOf(event)} event={event} />
        ))}
      </ol>
      {events.length >= MOST_EVENTS && <p className="hint">Only the newest {MOST_EVENTS} are kept here.</p>}
    </>
  );
}

function newer(now: Tail, then: Tail): number | string {
  const newest = then.events[0];
  if (!newest) return now.events.length;
  const at = now.events.findIndex((event) => keyOf(event) === keyOf(newest));
  return at === -1 ? `more than ${MOST_EVENTS - 1}` : at;
}
