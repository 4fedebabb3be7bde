import { Button, TextInput } from '@mantine/core';
import { ProblemNotice } from '../../app/problem-notice.tsx';
import { Dialogue } from '../parts/dialogue.tsx';

interface DiscardProps {
  count: number;
  isPending: boolean;
  error: unknown;
  onDiscard: (reason: string) => void;
  onClose: () => void;
}

/** Asks why dead letters are let go, and whether they really are: nothing brings them back. */
export function Discard({ count, isPending, error, onDiscard, onClose }: DiscardProps) {
  return (
    <Dialogue title={count === 1 ? 'Discard this dead letter?' : `Discard ${count} dead letters?`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onDiscard(String(new FormData(event.currentTarget).get('reason')).trim());
        }}
      >
        <p>Nothing brings it back. Who discarded what, and why, is logged.</p>
        {error ? <ProblemNotice error={error} of="Discarding" /> : null}
        <TextInput
          size="sm"
          name="reason"
          label="Reason"
          required
          pattern=".*\S.*"
          maxLength={500}
          autoFocus
          autoComplete="off"
        />
        <div className="form-foot">
          <Button type="submit" size="sm" color="red" loading={isPending}>
            Discard
          </Button>
          <Button size="sm" variant="default" onClick={onClose}>
            Keep
          </Button>
        </div>
      </form>
    </Dialogue>
  );
}
