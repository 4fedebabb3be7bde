// Keeps gen/ what the contracts say: generates them into a temporary folder and names every file that differs from the committed one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const committed = join(root, 'gen');

/** The files under a folder and their contents, by path from it. */
function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}

/** Says of each path how the committed file departs from the generated one. */
function driftOf(existing, expected) {
  const paths = [...new Set([...existing.keys(), ...expected.keys()])].sort();
  return paths.flatMap((path) => {
    const [is, should] = [existing.get(path), expected.get(path)];
    if (should === undefined) return [`${path}: no contract makes it any more`];
    if (is === undefined) return [`${path}: missing`];
    return is.equals(should) ? [] : [`${path}: differs`];
  });
}

const temporary = mkdtempSync(join(tmpdir(), 'tradewind-gen-'));
try {
  const buf = join(root, 'node_modules', '.bin', 'buf');
  const run = spawnSync(buf, ['generate', '--output', temporary], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) {
    console.error('gen/ cannot be checked: buf generate failed.');
    process.exitCode = 1;
  } else {
    const drift = driftOf(filesOf(committed), filesOf(join(temporary, 'gen')));
    if (drift.length > 0) {
      console.error(`gen/ is not what proto/ says:\n${drift.map((line) => `  gen/${line}`).join('\n')}`);
      console.error('Run `npm run generate` and commit the result.');
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
