// Installs what the lock file names and the folder lacks. Plain JavaScript for any Node from 20, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const binaries = join(root, 'node_modules', '.bin');
/** The Node that the project brings. */
export const node = join(binaries, 'node');

/** Whether what is installed departs from the lock file; npm notes what it installed last of all, so an install cut short counts as none. */
export function needsInstall() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return true;
  const packagesOf = (file) => Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages);
  const installed = new Map(packagesOf(note));
  return packagesOf(join(root, 'package-lock.json')).some(
    ([path, { version, optional }]) => path !== '' && !optional && installed.get(path)?.version !== version,
  );
}

/** Installs unless all is there. A failure ends the process with npm's exit code. */
export function install() {
  if (!needsInstall()) return;
  console.log('Installing what is missing (once) …');
  const run = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (run.error) console.error(`npm: ${run.error.message}`);
  if (run.status !== 0) process.exit(run.status ?? 1);
}
