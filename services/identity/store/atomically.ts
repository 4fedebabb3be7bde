import type { Database } from '#chassis/db/connect.ts';
import { inTransaction } from '#chassis/db/transaction.ts';
import { type OutboxRow, wakeOutbox } from '#chassis/outbox/append.ts';
import type { Atomically } from '../app/changes.ts';
import type { UserFact } from '../domain/user.ts';
import { accountMailStore } from './account-mail-store.ts';
import { apiKeyStore } from './api-key-store.ts';
import { loginAttempts } from './login-attempts.ts';
import { securityLog } from './security-event-store.ts';
import { sessionStore } from './session-store.ts';
import { userChanges } from './user-changes.ts';

/** Gives use cases one transaction of PostgreSQL to write in. `announce` tells a fact as an event, which is stored with the change it tells of. */
export function atomically(db: Database, announce: (fact: UserFact) => OutboxRow): Atomically {
  return async (work) => {
    let isAnnounced = false;
    const result = await inTransaction(db, (sql) => {
      const tell = (fact: UserFact) => {
        isAnnounced = true;
        return announce(fact);
      };
      return work({
        users: userChanges(sql, tell),
        sessions: sessionStore({ sql }),
        keys: apiKeyStore({ sql }),
        mails: accountMailStore({ sql }),
        attempts: loginAttempts({ sql }),
        events: securityLog({ sql }),
      });
    });
    if (isAnnounced) wakeOutbox(db);
    return result;
  };
}
