import { Anchor } from '@mantine/core';
import { Link, Navigate, Outlet, useLocation } from 'react-router';
import { isOperator, useUser } from '../session/use-session.ts';
import { Page } from './page.tsx';
import { signInPath } from './paths.ts';

/** Shows the operators' pages to operators. What they read is guarded by the contracts; this only spares others an empty page. */
export function OperatorsOnly() {
  const user = useUser();
  const { pathname, search } = useLocation();
  if (!user) return <Navigate to={signInPath(`${pathname}${search}`)} replace />;
  if (isOperator(user)) return <Outlet />;
  return (
    <Page title="For operators">
      <p>
        These pages are for those who run the shop.{' '}
        <Anchor component={Link} to="/" underline="always">
          Back to the shop
        </Anchor>
      </p>
    </Page>
  );
}
