import { newId } from '#chassis/ids.ts';
import type { User } from '../domain/user.ts';
import type { AccessGrant } from './ports.ts';

/** Who holds a token that Login gave out. No client of this name can ask for tokens. */
export const FIRST_PARTY = 'tradewind';
/** Leave to do whatever the user may. */
const EVERYTHING = 'tradewind:all';

/** What a user who signed in with us directly is given: all they may do, for as long as their session lasts. */
export function firstPartyGrant({ id, roles }: User, sessionId: string): AccessGrant {
  return { id: newId(), subject: id, clientId: FIRST_PARTY, scope: EVERYTHING, roles, sessionId };
}
