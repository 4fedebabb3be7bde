/** The processes of services: each started with its environment, waited for, and put in the place of its predecessor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { GetPage } from '../tls/mesh-fetch.ts';
import { Child } from './child.ts';
import { type InstanceRecord, readinessOf } from './mesh-file.ts';

const READY_MS = 60_000;
const GRACE_MS = 35_000;
/** Where the system lets two processes of one user listen on a port: a successor then takes connections before its predecessor stops taking them. */
const SHARES_PORTS = process.platform === 'linux';

/** One process of a service, and its successors. */
export interface Instance {
  service: string;
  /** Gets a page of it. */
  get: GetPage;
  /** Its place among the instances of its service, from 1, and how many there are. */
  number: number;
  of: number;
  record: InstanceRecord;
  child: Child;
  logFile: string;
}

export interface InstanceOptions {
  directory: string;
  service: string;
  number: number;
  of: number;
  record: InstanceRecord;
  env: Record<string, string>;
  get: GetPage;
  longestPauseMs?: number | undefined;
  say(line: string): void;
  /** The record has changed. */
  tell(): void;
}

export function startInstance(options: InstanceOptions): Instance {
  const { service, number, of, record, get, say } = options;
  const logFile = join(options.directory, 'logs', `${service}${number > 1 ? `-${number}` : ''}.log`);
  const child = new Child({
    name: service,
    args: [fileURLToPath(new URL(`../../${service}/main.ts`, import.meta.url))],
    env: { ...options.env, ...(SHARES_PORTS && { SHARE_PORTS: '1' }) },
    ...(options.longestPauseMs && { longestPauseMs: options.longestPauseMs }),
    logFile,
    onRestart(how, pid) {
      record.pid = pid;
      say(`${service} ${how}; started again (log: ${logFile})`);
      options.tell();
    },
  });
  record.pid = child.pid;
  return { service, number, of, record, get, child, logFile };
}

/** Ends processes, last started first: whoever calls others ends before them, so that it can finish what it has under way. */
export async function stopInstances(instances: readonly Instance[]): Promise<void> {
  const byService = [...Map.groupBy(instances, ({ service }) => service).values()].reverse();
  for (const each of byService) await Promise.all(each.map(({ child }) => child.stop(GRACE_MS)));
}

/** Puts a new process in the place of an instance's present one. Answers how long that took, in seconds. */
export async function replaceInstance({ child, record, service, logFile }: Instance): Promise<number> {
  const begin = Date.now();
  try {
    await child.replace({ overlap: SHARES_PORTS, readyMs: READY_MS, graceMs: GRACE_MS });
  } catch (cause) {
    throw new Error(`${service} could not be restarted; see ${logFile}`, { cause });
  } finally {
    record.pid = child.pid;
  }
  return (Date.now() - begin) / 1000;
}

/** Waits until every instance of a service answers that it is ready. Throws at once when one ends by itself before, with the last it said. */
export async function whenReady(instances: readonly Instance[], signal?: AbortSignal): Promise<void> {
  const until = Date.now() + READY_MS;
  for (const { service, record, get, child, logFile } of instances) {
    while (!(await isReady(record, get))) {
      signal?.throwIfAborted();
      if (child.gaveUp) throw new Error(`${service} does not start: ${lastWords(logFile).replace(`${service}: `, '')}`);
      if (Date.now() > until)
        throw new Error(`${service} did not become ready within ${READY_MS / 1000} s; see ${logFile}`);
      await pause(50);
    }
  }
}

function lastWords(logFile: string): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1) || `see ${logFile}`;
}

async function isReady(record: InstanceRecord, get: GetPage): Promise<boolean> {
  try {
    return (await get(readinessOf(record), { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
