import { useQuery } from '@connectrpc/connect-query';
import { Link, useParams } from 'react-router';
import { reasonOf } from '#chassis/domain-error.ts';
import type { DeadLetter } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { type GetDeadLetterResponse, OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { Page } from '../../app/page.tsx';
import { eventsPath, storyPath } from '../addresses.ts';
import { Facts } from '../parts/facts.tsx';
import { lastName } from '../parts/figures.ts';
import { Json } from '../parts/json.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Moment } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { hex } from './hex.ts';
import { Settle } from './settle.tsx';

/** One event that could not be handled: what it says and why it failed. */
export function DeadLetterPage() {
  const { sequence = '' } = useParams();
  const isNumber = /^[1-9]\d{0,18}$/.test(sequence);
  const asked = useQuery(
    OperationsService.method.getDeadLetter,
    { sequence: isNumber ? BigInt(sequence) : 0n },
    { staleTime: 0, enabled: isNumber },
  );
  const isGone = !isNumber || reasonOf(asked.error)?.reason === 'DEAD_LETTER_NOT_FOUND';
  const letter = asked.data?.deadLetter;
  return (
    <Page title={`Dead letter ${sequence}`}>
      {letter && (
        <Settle sequences={isGone ? [] : [letter.sequence]} isOver={isGone} onSettled={() => asked.refetch()} />
      )}
      {isGone ? (
        <Nothing>
          {letter ? (
            <>
              It is not among the <Link to="/operate/dead-letters">dead letters</Link> any more: it was replayed or
              discarded. What became of it is among the{' '}
              <Link to={eventsPath({ aggregate: letter.aggregateId })}>events about the same</Link>.
            </>
          ) : (
            <>
              No dead letter has this number: it is gone, or there never was one. See those{' '}
              <Link to="/operate/dead-letters">that wait</Link>.
            </>
          )}
        </Nothing>
      ) : (
        <Loaded of="The dead letter" asked={asked}>
          {(answer) => answer.deadLetter && <Shown answer={answer} letter={answer.deadLetter} />}
        </Loaded>
      )}
    </Page>
  );
}

function Shown({ answer, letter }: { answer: GetDeadLetterResponse; letter: DeadLetter }) {
  const isOrder = letter.type.startsWith('tradewind.orders.');
  return (
    <>
      <div className="panel">
        <Facts
          of={[
            ['Error', <strong key="error">{letter.error}</strong>],
            ['Given up by', `${letter.service}, ${letter.consumer}`],
            ['When', <Moment key="when" of={letter.time} />],
            ['Tries', String(letter.attempts)],
            ['Event', lastName(letter.type)],
            ['Event id', letter.eventId],
            [
              'About',
              isOrder ? (
                <Link key="about" to={storyPath(letter.aggregateId)}>
                  {letter.aggregateId}
                </Link>
              ) : (
                letter.aggregateId
              ),
            ],
            [
              'Events',
              <Link key="events" to={eventsPath({ aggregate: letter.aggregateId })}>
                about the same
              </Link>,
            ],
          ]}
        />
      </div>
      {answer.payloadJson ? (
        <Json label="Payload" text={answer.payloadJson} />
      ) : (
        <>
          <p className="hint">It is not what its contract says. As it came, {answer.rawPayload.length} bytes:</p>
          <Json label="Payload" text={hex(answer.rawPayload)} />
        </>
      )}
      <Json label="Headers" text={JSON.stringify(answer.headers)} />
    </>
  );
}
