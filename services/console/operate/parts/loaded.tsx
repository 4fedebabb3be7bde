import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemNotice } from '../../app/problem-notice.tsx';

interface LoadedProps<T> {
  /** What is fetched, such as `The sagas`. */
  of: string;
  asked: { data: T | undefined; error: unknown; refetch?: () => unknown };
  children: (data: T) => ReactNode;
}

/** Shows what was fetched; until then that it is being fetched, and when it cannot be, why. What was there before stays, told to be older. */
export function Loaded<T>({ of, asked: { data, error, refetch }, children }: LoadedProps<T>) {
  return (
    <>
      {error ? <ProblemNotice error={error} of={of} again={refetch} /> : null}
      {error && data !== undefined ? <p className="hint">What is shown is from before that.</p> : null}
      {data === undefined && !error && <Skeleton height={240} role="status" aria-label={`${of}: being fetched`} />}
      {data !== undefined && children(data)}
    </>
  );
}
