import { Navigate, Outlet, useLocation } from 'react-router';
import { useUser } from '../session/use-session.ts';
import { signInPath } from './paths.ts';

/** Lets pages that belong to somebody be seen by them; others sign in first and come back. */
export function SignedInOnly() {
  const user = useUser();
  const { pathname, search } = useLocation();
  if (user) return <Outlet key={user.userId} />;
  return <Navigate to={signInPath(`${pathname}${search}`)} replace />;
}
