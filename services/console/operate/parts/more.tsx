import { Button } from '@mantine/core';

interface MoreProps {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** Goes on with a long list, where there is more of it. */
export function More({ list }: MoreProps) {
  if (!list.hasNextPage) return null;
  return (
    <Button variant="default" size="sm" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
      Show more
    </Button>
  );
}
