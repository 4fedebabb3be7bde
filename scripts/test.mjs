// Runs everything a change must pass, in the order that fails fastest. Plain JavaScript for any Node from 20, because it also installs.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const binaries = join(root, 'node_modules', '.bin');
const arguments_ = process.argv.slice(2);

/** Whether what is installed departs from the lock file; npm notes what it installed last of all, so an install cut short counts as none. */
function needsInstall() {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return true;
  const packagesOf = (file) => Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages);
  const installed = new Map(packagesOf(note));
  return packagesOf(join(root, 'package-lock.json')).some(
    ([path, { version, optional }]) => path !== '' && !optional && installed.get(path)?.version !== version,
  );
}

/** Runs one step under its heading; a failing step ends the run with its exit code. */
function step(heading, command, parameters) {
  console.log(`\n▸ ${heading}`);
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` };
  const run = spawnSync(command, parameters, { cwd: root, stdio: 'inherit', env });
  if (run.error) console.error(`${command}: ${run.error.message}`);
  if (run.status === 0) return;
  console.error(`\n✗ ${heading}`);
  process.exit(run.status ?? 1);
}

// The `node` of node_modules/.bin is the Node 24 that the project brings.
const node = join(binaries, 'node');
const tool = (heading, name, ...parameters) => step(heading, node, [join(binaries, name), ...parameters]);

if (needsInstall()) step('Install', 'npm', ['ci', '--no-audit', '--no-fund']);
step('Contracts are formatted', 'buf', ['format', 'proto', '--diff', '--exit-code']);
step('Contracts obey the style rules', 'buf', ['lint']);
step('Generated code matches the contracts', node, [join(root, 'scripts', 'check-gen.mjs')]);
tool('Code is formatted and linted', 'biome', 'check');
tool('Types hold', 'tsc', '--noEmit');
tool('Tests', 'vitest', 'run', ...arguments_);
