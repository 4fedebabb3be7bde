import { Alert, Button } from '@mantine/core';
import { problemOf } from '../transport/problem.ts';

interface ProblemNoticeProps {
  error: unknown;
  /** What could not be had, such as `The cart`. */
  of?: string;
  again?: (() => unknown) | undefined;
}

/** Says what failed and what to do, with a button where trying again may help. */
export function ProblemNotice({ error, of, again }: ProblemNoticeProps) {
  const { title, advice, passes } = problemOf(error);
  return (
    <Alert color="red" variant="light" role="alert" title={of ? `${of}: ${lowered(title)}` : title} className="notice">
      {advice}
      {again && passes && (
        <Button variant="default" size="xs" onClick={() => again()} className="notice-again">
          Try again
        </Button>
      )}
    </Alert>
  );
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
