import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The place of a process's start time in `/proc/<pid>/stat`, counted after the name, which may itself hold spaces. */
const START_TIME = 19;

/** When a process began, in the system's own words: two processes that had the same id one after the other differ in it. Undefined when there is none. */
export function birthOf(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : rest[START_TIME - 1];
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}
