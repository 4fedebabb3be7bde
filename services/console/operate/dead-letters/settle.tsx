import { useMutation } from '@connectrpc/connect-query';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { Discard } from './discard.tsx';

interface SettleProps {
  sequences: readonly bigint[];
  /** There is nothing left to settle; what was done is still told. */
  isOver?: boolean;
  onSettled: () => unknown;
}

/** Sends dead letters again to those that gave them up, or lets them go for a reason. */
export function Settle({ sequences, isOver = false, onSettled }: SettleProps) {
  const [isDiscarding, setDiscarding] = useState(false);
  const replay = useMutation(OperationsService.method.replayDeadLetters, { onSettled });
  const discard = useMutation(OperationsService.method.discardDeadLetters, {
    onSettled,
    onSuccess: () => setDiscarding(false),
  });
  const asked = [...sequences];
  const said = replay.data
    ? sentence(replay.data.replayed.length, 'sent again to the consumer that gave it up', replay.data.gone.length)
    : discard.data && sentence(discard.data.discarded.length, 'let go', discard.data.gone.length);
  const send = () => {
    discard.reset();
    replay.mutate({ sequences: asked });
  };
  return (
    <div className="settle">
      {!isOver && (
        <>
          <Button size="sm" disabled={asked.length === 0} loading={replay.isPending} onClick={send}>
            Replay {asked.length > 1 ? asked.length : ''}
          </Button>
          <Button
            size="sm"
            variant="default"
            disabled={asked.length === 0}
            onClick={() => {
              replay.reset();
              discard.reset();
              setDiscarding(true);
            }}
          >
            Discard {asked.length > 1 ? asked.length : ''} …
          </Button>
        </>
      )}
      <p className="settled" role="status">
        {said}
      </p>
      {replay.error && <ProblemNotice error={replay.error} of="Replaying" again={send} />}
      {isDiscarding && (
        <Discard
          count={asked.length}
          isPending={discard.isPending}
          error={discard.error}
          onDiscard={(reason) => discard.mutate({ sequences: asked, reason })}
          onClose={() => setDiscarding(false)}
        />
      )}
    </div>
  );
}

function sentence(done: number, what: string, gone: number): string {
  const rest = gone > 0 ? `; ${gone} had gone before` : '';
  return `${done} ${done === 1 ? 'event was' : 'events were'} ${what}${rest}.`;
}
