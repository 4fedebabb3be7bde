#!/usr/bin/env node
// Starts the command line on the Node that the project brings, whatever Node the machine has. Plain JavaScript for any Node from 20.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'cli', 'main.ts');
const node = join(root, 'node_modules', 'node', 'bin', 'node');
// The types are stripped once, not at each start.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'tradewind-compile-cache');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main);
} else if (existsSync(node)) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; what is sent to this process alone is handed on. This one ends when the child has.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
} else {
  console.error(`Tradewind is not installed completely: ${node} is missing. Run \`npm install\`.`);
  process.exit(2);
}
