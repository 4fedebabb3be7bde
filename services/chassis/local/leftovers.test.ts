import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endLeftovers } from './leftovers.ts';
import { type MeshRecord, recordedMesh, runningMesh, writeMesh } from './mesh-file.ts';

let directory: string;
let somebody: ChildProcess;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tradewind-leftovers-'));
  somebody = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(somebody, 'spawn');
});
afterEach(() => {
  somebody.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function note(more: Partial<MeshRecord>): void {
  writeMesh(directory, {
    ...{ pid: 0, startedAt: '', gatewayUrl: '', natsUrl: '', mailUrl: undefined, databases: {}, services: {} },
    ...{ operator: { email: '', password: '' }, servers: {} },
    ...more,
  });
}

/** As after a restart of the machine: the id belongs to a process that began at another time. */
function letSomebodyElseHaveTheIds(): void {
  const file = join(directory, 'mesh.json');
  const mesh = JSON.parse(readFileSync(file, 'utf8')) as MeshRecord;
  const births = Object.fromEntries(Object.keys(mesh.births ?? {}).map((pid) => [pid, 'another time']));
  writeFileSync(file, JSON.stringify({ ...mesh, births }));
}

const pid = () => somebody.pid ?? 0;

test('processes that an earlier run left are ended, and its note is gone', async () => {
  note({ servers: { nats: pid() } });
  const said: string[] = [];
  const ended = once(somebody, 'exit');
  await endLeftovers(directory, (line) => said.push(line));
  expect((await ended)[1]).toBe('SIGINT');
  expect(said).toEqual(['ending 1 processes that an earlier run left']);
  expect(existsSync(join(directory, 'mesh.json'))).toBe(false);
});

test('a process that merely has the id of one of them is left alone', async () => {
  note({ servers: { nats: pid() } });
  letSomebodyElseHaveTheIds();
  await endLeftovers(directory, () => undefined);
  expect(somebody.signalCode).toBeNull();
  expect(recordedMesh(directory)).toBeUndefined();
});

test('a mesh runs only while its supervisor is the process it was', () => {
  note({ pid: pid() });
  expect(runningMesh(directory)?.pid).toBe(pid());
  letSomebodyElseHaveTheIds();
  expect(runningMesh(directory)).toBeUndefined();
});
