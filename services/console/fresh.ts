import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isStale } from './build.ts';

const PROGRAM = fileURLToPath(new URL('build.ts', import.meta.url));

/** Builds the pages when their sources are newer, in a process of its own so that the bundler's memory goes with it. A mesh without pages still answers calls, so what fails is said and no more. */
export async function freshConsole(say: (line: string) => void): Promise<void> {
  if (!isStale()) return;
  if (!isInstalled('vite'))
    return say('the web console is not built: vite is not installed (`npm install` without --omit=dev brings it)');
  const { code, told } = await run();
  if (code === 0) say(told.trim());
  else say(`the web console could not be built; the mesh starts without what is new in it: ${told.trim()}`);
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

function run(): Promise<{ code: number | null; told: string }> {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, told }));
  });
}
