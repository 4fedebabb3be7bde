// Runs all that a change of a contract or of the mesh must pass: style, breaking changes, generated code, pacts and their verification, manifests, images. Says how long it took.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { binaries, install, node, root } from './installed.mjs';

const TESTS = ['contracts', 'istio', 'pact.test.ts', 'test/golden'];

const began = performance.now();
const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** A failing step ends the run with its exit code. */
function step(heading, command, parameters) {
  console.log(`\n▸ ${heading}`);
  const started = performance.now();
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` };
  const run = spawnSync(command, parameters, { cwd: root, stdio: 'inherit', env });
  if (run.error) console.error(`${command}: ${run.error.message}`);
  console.log(`${run.status === 0 ? '✓' : '✗'} ${heading}: ${seconds(started)}`);
  if (run.status !== 0) process.exit(run.status ?? 1);
}

install();
step('Contracts are formatted', 'buf', ['format', 'proto', '--diff', '--exit-code']);
step('Contracts obey the style rules', 'buf', ['lint']);
step('Generated code matches the contracts', node, [join(root, 'scripts', 'check-gen.mjs')]);
step('Images, the compose file and workflows obey the rules', node, [join(root, 'images', 'check', 'main.ts')]);
// These tests keep nothing that others could meet, so they may share what is loaded and read.
step('Nothing released breaks, every pact is kept, manifests are what the contracts say', node, [
  join(binaries, 'vitest'),
  ...['run', '--no-isolate', ...TESTS, ...process.argv.slice(2)],
]);
console.log(`\nThe whole gate took ${seconds(began)}.`);
