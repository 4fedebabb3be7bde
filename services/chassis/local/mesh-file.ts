import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Control } from './control.ts';

/** One process of a service. */
export interface InstanceRecord {
  pid: number;
  grpcPort: number;
  httpPort: number;
}

/** A running mesh, as its supervisor tells other commands about it: where everything is. Holds secrets, so only its owner may read it. */
export interface MeshRecord {
  pid: number;
  startedAt: string;
  gatewayUrl: string;
  natsUrl: string;
  mailUrl: string | undefined;
  databases: Record<string, string>;
  services: Record<string, InstanceRecord[]>;
  operator: { email: string; password: string };
  /** Processes of servers the supervisor started besides services. */
  servers: Record<string, number>;
  /** Where the supervisor takes requests, once it does. */
  control?: Control;
}

const fileOf = (directory: string) => join(directory, 'mesh.json');

export function writeMesh(directory: string, mesh: MeshRecord): void {
  writeFileSync(fileOf(directory), `${JSON.stringify(mesh, null, 2)}\n`, { mode: 0o600 });
}

/** The mesh that runs on a data folder. Undefined when none does, even when one that was killed left its record behind. */
export function runningMesh(directory: string): MeshRecord | undefined {
  const mesh = recordedMesh(directory);
  return mesh && isAlive(mesh.pid) ? mesh : undefined;
}

/** The record in a data folder, whether its mesh runs or not. */
export function recordedMesh(directory: string): MeshRecord | undefined {
  return existsSync(fileOf(directory))
    ? (JSON.parse(readFileSync(fileOf(directory), 'utf8')) as MeshRecord)
    : undefined;
}

export function forgetMesh(directory: string): void {
  rmSync(fileOf(directory), { force: true });
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
