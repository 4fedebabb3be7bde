/** Reads what the processes of a mesh cost, from /proc: the kernel counts for everybody alike, whatever language a process is written in. */
import { readdirSync, readFileSync } from 'node:fs';
import type { MeshRecord } from '#chassis/local/mesh-file.ts';

const MB = 1024;
/** Clock ticks per second of /proc/<pid>/stat; Linux has shown 100 to programs on every architecture for decades. */
const TICKS = 100;

/** Megabytes in memory. `pss` shares out pages that several processes map, so that sums are true; `rss` counts them in each. */
export interface Memory {
  rss: number;
  pss: number;
}

/** The processes of a mesh by what they are; those of PostgreSQL are its server and all its back ends. */
export function processesOf(mesh: MeshRecord): Map<string, number[]> {
  const services = Object.entries(mesh.services).map(([name, instances]) => [name, instances.map(({ pid }) => pid)]);
  const servers = Object.entries(mesh.servers).map(([name, pid]) => [name, [pid, ...childrenOf(pid)]]);
  return new Map([...services, ...servers, ['supervisor', [mesh.pid]]] as [string, number[]][]);
}

export function memoryOf(pids: readonly number[]): Memory {
  const sum = { rss: 0, pss: 0 };
  for (const pid of pids) {
    const text = read(`/proc/${pid}/smaps_rollup`);
    sum.rss += kilobytes(text, 'Rss') / MB;
    sum.pss += kilobytes(text, 'Pss') / MB;
  }
  return sum;
}

/** Seconds of CPU used by everything of the mesh so far, by what it is; back ends that ended are counted with their server. */
export function cpuOf(mesh: MeshRecord): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const [name, pids] of processesOf(mesh)) {
    let ticks = 0;
    pids.forEach((pid, index) => {
      const [, , , , , , , , , , , user, system, endedUser, endedSystem] = statOf(pid);
      ticks += Number(user ?? 0) + Number(system ?? 0);
      if (index === 0) ticks += Number(endedUser ?? 0) + Number(endedSystem ?? 0);
    });
    seconds.set(name, ticks / TICKS);
  }
  return seconds;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && Number(statOf(pid)[1]) === parent);
}

/** The fields of /proc/<pid>/stat behind the command's name, which may hold blanks. The first is the state, the second the parent. */
function statOf(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function kilobytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}

/** Empty when the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
