import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { Page } from './page.tsx';

/** For an address that is no page. */
export function NotFound() {
  return (
    <Page title="There is no such page">
      <p>The address may be mistyped, or the page was taken away.</p>
      <Button component={Link} to="/">
        To the shop
      </Button>
    </Page>
  );
}
