import { Button, Title } from '@mantine/core';
import { useRouteError } from 'react-router';

/** Stands in for a page that could not be fetched or failed while it was drawn. */
export function Broken() {
  const error = useRouteError();
  console.error(error);
  return (
    <main className="broken" role="alert">
      <Title order={1}>This page could not be shown</Title>
      <p>
        The connection may have broken, or the shop was renewed since you opened it. Your cart and your orders are kept.
      </p>
      <Button onClick={() => window.location.reload()}>Load it again</Button>
    </main>
  );
}
