import { eq } from 'drizzle-orm';
import type { Database } from '#chassis/db/connect.ts';
import { ormOf } from '#chassis/db/orm.ts';
import type { OAuthClientStore } from '../app/ports.ts';
import { oauthClient } from './schema.ts';

/** Keeps the clients of the authorization server in PostgreSQL. */
export function oauthClientStore(db: Database): OAuthClientStore {
  const orm = ormOf(db);
  return {
    async find(id) {
      const [row] = await orm.select().from(oauthClient).where(eq(oauthClient.id, id));
      return row && { ...row, secretHash: row.secretHash ?? undefined };
    },

    async put({ id, secretHash, redirectUris, postLogoutRedirectUris, scopes, ...rest }, now) {
      const particulars = {
        ...rest,
        secretHash: secretHash ?? null,
        redirectUris: [...redirectUris],
        postLogoutRedirectUris: [...postLogoutRedirectUris],
        scopes: [...scopes],
      };
      await orm
        .insert(oauthClient)
        .values({ id, ...particulars, createTime: now })
        .onConflictDoUpdate({ target: oauthClient.id, set: particulars });
    },
  };
}
