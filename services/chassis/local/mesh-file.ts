import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birthOf } from './process-birth.ts';

/** One process of a service. */
export interface InstanceRecord {
  pid: number;
  /** Not of a service that has but one port. */
  grpcPort?: number;
  httpPort: number;
  /** Set where the HTTP port speaks TLS. */
  secure?: true;
}

/** Where an instance says whether it is ready. */
export function readinessOf({ httpPort, secure }: InstanceRecord): string {
  return `${secure ? 'https' : 'http'}://127.0.0.1:${httpPort}/health/ready`;
}

/** Where a supervisor takes requests, and the word it wants to hear. */
export interface Control {
  url: string;
  secret: string;
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
  /** The file with the authority that its services' certificates are issued by, when they speak mutual TLS. */
  authority?: string;
  /** Whether its services let calls be made to fail on purpose. */
  faultsAllowed?: boolean;
  /** Processes of servers the supervisor started besides services. */
  servers: Record<string, number>;
  /** Where the supervisor takes requests, once it does. */
  control?: Control;
  /** When each of its processes began, by process id: an id alone may be somebody else's by now. */
  births?: Record<string, string>;
}

const fileOf = (directory: string) => join(directory, 'mesh.json');

/** Notes a mesh for other commands, which never see half of it. */
export function writeMesh(directory: string, mesh: MeshRecord): void {
  const births = Object.fromEntries(
    processesOf(mesh).flatMap((pid) => {
      const birth = birthOf(pid);
      return birth ? [[pid, birth]] : [];
    }),
  );
  const draft = `${fileOf(directory)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ ...mesh, births }, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileOf(directory));
}

/** Every process of a mesh, its supervisor last. */
export function processesOf({ services, servers, pid }: MeshRecord): number[] {
  const instances = Object.values(services).flatMap((each) => each.map((instance) => instance.pid));
  return [...instances, ...Object.values(servers), pid].filter((each) => each > 0);
}

/** The mesh that runs on a data folder. Undefined when none does, even when one that was killed left its record behind. */
export function runningMesh(directory: string): MeshRecord | undefined {
  const mesh = recordedMesh(directory);
  return mesh && stillRuns(mesh, mesh.pid) ? mesh : undefined;
}

/** Whether a process of a mesh is there, and still the same. */
export function stillRuns({ births }: MeshRecord, pid: number): boolean {
  const birth = births?.[pid];
  return birth !== undefined && birth === birthOf(pid);
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
