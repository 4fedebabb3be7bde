import { memo } from 'react';
import { Link } from 'react-router';
import type { Event } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { eventsPath, storyPath, tracePath } from '../addresses.ts';
import { Facts } from '../parts/facts.tsx';
import { lastName } from '../parts/figures.ts';
import { Json } from '../parts/json.tsx';
import { Moment } from '../parts/moment.tsx';
import { Opened } from '../parts/opened.tsx';

/** One event in a line, and all of it when it is opened. */
export const EventRow = memo(function EventRow({ event }: { event: Event }) {
  return (
    <li>
      <Opened
        line={
          <>
            <Moment of={event.storeTime} />
            <span className="event-stream">{event.stream}</span>
            <strong>{lastName(event.type)}</strong>
            <span className="id">{event.aggregateId}</span>
          </>
        }
      >
        {() => (
          <>
            <Facts
              of={[
                ['Type', event.type],
                ['Id', event.id],
                [
                  'About',
                  event.type.startsWith('tradewind.orders.') ? (
                    <Link key="about" to={storyPath(event.aggregateId)}>
                      {event.aggregateId}
                    </Link>
                  ) : (
                    event.aggregateId
                  ),
                ],
                ['Number', `${event.stream} ${event.sequence}`],
                ['Recorded', <Moment key="time" of={event.time} />],
                [
                  'Correlation',
                  event.correlationId && (
                    <Link key="correlation" to={eventsPath({ correlation: event.correlationId })}>
                      {event.correlationId}
                    </Link>
                  ),
                ],
                ['Caused by', event.causationId],
                [
                  'Trace',
                  event.traceId && (
                    <Link key="trace" to={tracePath(event.traceId)}>
                      {event.traceId}
                    </Link>
                  ),
                ],
              ]}
            />
            {event.payloadJson ? (
              <Json label="Payload" text={event.payloadJson} />
            ) : (
              <p className="hint">Its payload is not what its contract says.</p>
            )}
            <Json label="Headers" text={JSON.stringify(event.headers)} />
          </>
        )}
      </Opened>
    </li>
  );
});
