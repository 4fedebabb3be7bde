import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
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

/** Whether `account` can walk down to `path` and read it. */
export function canReach(account: Account | undefined, path: string): boolean {
  if (!account) return true;
  const { mode, uid } = statSync(path);
  return ((mode & 0o005) === 0o005 || uid === account.uid) && canPass(account, dirname(resolve(path)));
}

/**
 * Where `account` can keep data that belongs to `directory`: there, or, when a folder above it lets nobody pass as root's home does, below /var/lib under a name
 * made from it, so that the next start finds it again.
 */
export function writable(account: Account | undefined, directory: string): string {
  mkdirSync(directory, { recursive: true });
  if (!account) return directory;
  const folder = canPass(account, dirname(resolve(directory))) ? directory : elsewhere(directory);
  mkdirSync(folder, { recursive: true });
  chownSync(folder, account.uid, account.gid);
  return folder;
}

/** Removes what `writable` made elsewhere for a directory. */
export function wipeElsewhere(directory: string): void {
  rmSync(elsewhere(directory), { recursive: true, force: true });
}

function elsewhere(directory: string): string {
  return join('/var/lib/tradewind', createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 16));
}

/** Whether folders from the root down to `path` let `account` through; they need not let it look. */
function canPass(account: Account, path: string): boolean {
  const { mode, uid } = statSync(path);
  const passes = (mode & 0o001) !== 0 || uid === account.uid;
  return passes && (path === dirname(path) || canPass(account, dirname(path)));
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
