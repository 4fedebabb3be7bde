import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#chassis/local/free-port.ts';
import { type MeshRecord, recordedMesh } from '#chassis/local/mesh-file.ts';
import { eventually } from '#chassis/testing/eventually.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/tradewind.js', import.meta.url));
const LONGEST_MS = 25_000;

/** How a command ended, and what it said. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `tradewind` as a person does, on a data folder; kills it when it does not end. */
export async function tradewind(folder: string, ...words: string[]): Promise<Outcome> {
  const child = start(folder, words);
  const said = listen(child);
  const kill = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(kill);
  return { code, ...said };
}

/** The same with `--json`: what standard output says, which must be JSON and nothing else. */
export async function asJson<T>(folder: string, ...words: string[]): Promise<{ code: number | null; value: T }> {
  const { code, stdout, stderr } = await tradewind(folder, ...words, '--json');
  try {
    return { code, value: JSON.parse(stdout) as T };
  } catch (cause) {
    throw new Error(`tradewind ${words.join(' ')} did not print JSON: ${stdout}${stderr}`, { cause });
  }
}

/** A mesh that `tradewind up` runs. */
export interface Running {
  folder: string;
  record: MeshRecord;
  /** What `up --json` printed. */
  printed(): unknown;
  /** Settles with the exit code of `up`. */
  ended: Promise<number | null>;
  close(): Promise<void>;
}

export async function up(): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-cli-'));
  const child = start(folder, ['up', '--port', String(await freePort()), '--json']);
  const said = listen(child);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(() => JSON.parse(said.stdout) as unknown, { timeoutMs: 100_000, everyMs: 50 });
    const record = recordedMesh(folder);
    if (!record) throw new Error(`up left no record: ${said.stderr}`);
    return { folder, record, printed: () => JSON.parse(said.stdout), ended, close };
  } catch (cause) {
    await close();
    throw new Error(`the mesh did not come up: ${said.stderr}`, { cause });
  }
}

function start(folder: string, words: string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TRADEWIND_DATA: folder,
      NO_COLOR: '1',
      SHIPPING_DISPATCH_SECONDS: '1',
      SHIPPING_DELIVERY_SECONDS: '1',
      LOG_LEVEL: 'warn',
    },
  });
}

function listen(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return said;
}
