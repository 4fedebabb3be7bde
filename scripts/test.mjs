// Runs everything a change must pass, in the order that fails fastest. Plain JavaScript for any Node from 20, because it also installs.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { binaries, install, node, root } from './installed.mjs';

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

const tool = (heading, name, ...parameters) => step(heading, node, [join(binaries, name), ...parameters]);

install();
step('Contracts are formatted', 'buf', ['format', 'proto', '--diff', '--exit-code']);
step('Contracts obey the style rules', 'buf', ['lint']);
step('Generated code matches the contracts', node, [join(root, 'scripts', 'check-gen.mjs')]);
tool('Code is formatted and linted', 'biome', 'check');
tool('Types hold', 'tsc', '--noEmit');
tool('Types of the console hold', 'tsc', '-p', 'services/console');
tool('Tests', 'vitest', 'run', ...process.argv.slice(2));
