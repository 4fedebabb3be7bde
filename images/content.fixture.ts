import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { root } from '../contracts/gate/image.ts';
import { copyOf, stagesOf } from './check/dockerfile.ts';
import { ignoredBy } from './check/ignored.ts';

/** Puts into a folder what the Dockerfile puts into the image, and nothing else. `node` runs a script there as the image would. */
export function imageContent(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-image-'));
  const stages = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'));
  const isIgnored = ignoredBy(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const copies = stages.at(-1)?.instructions.filter(({ name }) => name === 'COPY') ?? [];
  for (const { from, sources, to } of copies.map(copyOf)) {
    for (const source of from === undefined ? sources : []) {
      const target = to.endsWith('/') ? join(folder, to, source) : join(folder, to);
      mkdirSync(dirname(target), { recursive: true });
      const filter = (path: string) => path === join(root, source) || !isIgnored(relative(root, path));
      cpSync(join(root, source), target, { recursive: true, filter });
    }
  }
  const removed = /rm -rf (.*)/.exec(stages[0]?.instructions.map(({ words }) => words).join('\n') ?? '')?.[1] ?? '';
  installProduction(folder, removed.split(/\s+/));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** As `npm ci --omit=dev` would, out of what is installed here: each package that the lock file does not mark as for development. */
function installProduction(folder: string, removed: readonly string[]): void {
  const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  );
  const packages = Object.entries(lock.packages)
    .filter(([path, { dev }]) => path !== '' && !dev && existsSync(join(root, path)))
    .map(([path]) => path)
    .filter((path) => !removed.some((gone) => path === gone || path.startsWith(`${gone}/`) || matchesGlob(path, gone)))
    // What is nested in another package comes with it.
    .filter((path) => path.lastIndexOf('node_modules/') === 0);
  for (const path of packages) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    execFileSync('cp', ['-rl', join(root, path), join(folder, path)]);
  }
}
