import type { Role, User } from '../domain/user.ts';
import type { userAccount } from './schema.ts';

type Stored = typeof userAccount.$inferSelect;

/** The row of a user as `select *` gives it, under the column names. */
export interface UserRow {
  id: string;
  email: string | null;
  display_name: string;
  roles: string[];
  state: Stored['state'];
  version: bigint;
  create_time: Date;
}

/** Reads a row, whether it came through drizzle or straight from a statement. */
export function toUser(
  row: UserRow | Pick<Stored, 'id' | 'email' | 'displayName' | 'roles' | 'state' | 'version' | 'createTime'>,
): User {
  return {
    id: row.id,
    email: row.email ?? '',
    displayName: 'displayName' in row ? row.displayName : row.display_name,
    roles: row.roles as Role[],
    state: row.state,
    version: row.version,
    createTime: 'createTime' in row ? row.createTime : row.create_time,
  };
}
