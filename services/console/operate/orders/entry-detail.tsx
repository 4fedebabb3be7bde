import { Link } from 'react-router';
import { EventHandlingState, type StoryEntry } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { eventsPath, rpcPath, sagaPath, tracePath } from '../addresses.ts';
import { Facts } from '../parts/facts.tsx';
import { lastName, ms } from '../parts/figures.ts';
import { Json } from '../parts/json.tsx';
import { Tag, type Tone } from '../parts/tag.tsx';

const HANDLINGS: Readonly<Record<number, readonly [tone: Tone, word: string]>> = {
  [EventHandlingState.WAITING]: ['few', 'waiting'],
  [EventHandlingState.HANDLED]: ['good', 'handled'],
  [EventHandlingState.DEAD]: ['bad', 'dead letter'],
};

/** All that is known of one entry of a story. */
export function EntryDetail({ entry: { detail } }: { entry: StoryEntry }) {
  switch (detail.case) {
    case 'history':
      return (
        <>
          <Facts
            of={[
              ['State', detail.value.state],
              ['Version', String(detail.value.version)],
            ]}
          />
          {detail.value.detailsJson && <Json label="What else is known" text={detail.value.detailsJson} />}
        </>
      );
    case 'saga': {
      const { sagaId, kind, step, outcome, problem } = detail.value;
      return (
        <Facts
          of={[
            [
              'Saga',
              <Link key="saga" to={sagaPath(sagaId)}>
                {kind}
              </Link>,
            ],
            ['Step', step],
            ['Outcome', outcome],
            ['Why', problem],
          ]}
        />
      );
    }
    case 'event': {
      const { event, handlings } = detail.value;
      if (!event) return null;
      return (
        <>
          <Facts
            of={[
              ['Type', event.type],
              ['Stream', `${event.stream} ${event.sequence}`],
              ['Correlation', <Correlation key="correlation" id={event.correlationId} />],
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
          <ul className="handlings" aria-label="Who handled it">
            {handlings.map(({ consumer, state }) => (
              <li key={consumer}>
                <Handling consumer={consumer} state={state} />
              </li>
            ))}
          </ul>
          <Json label="Payload" text={event.payloadJson} />
        </>
      );
    }
    case 'mail': {
      const { kind, subject, attempts, problem } = detail.value;
      return (
        <Facts
          of={[
            ['Kind', kind],
            ['Subject', subject],
            ['Tries', String(attempts)],
            ['Problem', problem],
          ]}
        />
      );
    }
    case 'span': {
      const { traceId, span } = detail.value;
      if (!span) return null;
      const isRpc = /^tradewind\.[\w.]+\/\w+$/.test(span.name);
      return (
        <>
          <Facts
            of={[
              [
                'Name',
                isRpc ? (
                  <Link key="name" to={rpcPath(span.name)}>
                    {lastName(span.name)}
                  </Link>
                ) : (
                  span.name
                ),
              ],
              ['Took', ms(span.durationMs)],
              [
                'Trace',
                <Link key="trace" to={tracePath(traceId)}>
                  {traceId}
                </Link>,
              ],
              ['Errors', span.errors.join('\n')],
            ]}
          />
          <Json label="Attributes" text={JSON.stringify(span.attributes)} />
        </>
      );
    }
    default:
      return null;
  }
}

function Correlation({ id }: { id: string }) {
  return id ? <Link to={eventsPath({ correlation: id })}>{id}</Link> : <>–</>;
}

function Handling({ consumer, state }: { consumer: string; state: EventHandlingState }) {
  const [tone, word] = HANDLINGS[state] ?? ['plain', 'not known'];
  return (
    <Tag tone={tone}>
      {consumer}: {word}
    </Tag>
  );
}
