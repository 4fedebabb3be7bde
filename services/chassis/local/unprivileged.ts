import { cpSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** An account that owns nothing of importance. */
export interface Account {
  uid: number;
  gid: number;
}

/** Whom to run a server as that refuses to be root: an existing account when this process is root, else undefined (oneself). */
export function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const found = accounts.find((fields) => fields[0] === name);
    if (found) return { uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new Error('PostgreSQL refuses to run as root and /etc/passwd names no account to run it as');
}

/** Whether `account` can walk down to `path`. */
export function canReach(account: Account | undefined, path: string): boolean {
  if (!account) return true;
  for (let at = resolve(path); ; at = dirname(at)) {
    const { mode, uid } = statSync(at);
    if ((mode & 0o005) !== 0o005 && uid !== account.uid) return false;
    if (at === dirname(at)) return true;
  }
}

/** `directory` when the account can reach it, else a copy that it can. `name` keeps copies of different versions apart. */
export function reachable(account: Account | undefined, directory: string, name: string): string {
  if (canReach(account, directory)) return directory;
  const copy = join(tmpdir(), name);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    cpSync(directory, partial, { recursive: true, verbatimSymlinks: true });
    renameSync(partial, copy);
  }
  return copy;
}
