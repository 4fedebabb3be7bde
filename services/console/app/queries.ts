import { QueryClient } from '@tanstack/react-query';
import { isPassing, pauseMs } from '../transport/problem.ts';

const TRIES = 3;

/** What has been read of the mesh. A read that failed for a passing reason is repeated as the answer asks; a page that has an older answer goes on showing it. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < TRIES - 1 && isPassing(error),
        retryDelay: pauseMs,
      },
    },
  });
}
