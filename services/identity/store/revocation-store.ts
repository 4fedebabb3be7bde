import type { Database } from '#chassis/db/connect.ts';
import { REMEMBERED_MS } from '#chassis/revocation/bucket.ts';
import type { RevocationStore } from '../app/ports.ts';

/** Hands out what was revoked and is not known everywhere yet. */
export function revocationStore({ sql }: Database): RevocationStore {
  return {
    async waiting(limit) {
      const rows = await sql<{ id: string }[]>`
        select id from revocation where relay_time is null order by revoke_time limit ${limit}`;
      return rows.map(({ id }) => id);
    },
    async relayed(ids) {
      await sql`update revocation set relay_time = now() where id = any(${[...ids]})`;
    },
    async again() {
      await sql`update revocation set relay_time = null where revoke_time > now() - ${REMEMBERED_MS} * interval '1 millisecond'`;
    },
  };
}
