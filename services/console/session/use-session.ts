import { createContext, use, useSyncExternalStore } from 'react';
import { Role } from '#gen/tradewind/identity/v1/identity_pb.ts';
import type { Kept } from './kept-session.ts';
import type { Session } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) throw new Error('there is no session here');
  return session;
}

/** Who is signed in; undefined when nobody is. */
export function useUser(): Kept | undefined {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.current);
}

export function isOperator(user: Kept | undefined): boolean {
  return user?.roles.includes(Role.OPERATOR) ?? false;
}
