/** Builds the pages into `dist`, with all that the gateway needs to serve them: compressed copies, and which addresses are pages. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { pagePaths } from './app/paths.ts';

const home = fileURLToPath(new URL('.', import.meta.url));
const DIST = join(home, 'dist');

/** Below this a compressed copy saves nothing worth a file. */
const LEAST_BYTES = 512;
const COMPRESSED = /\.(?:js|css|html|svg|json)$/;

/** Builds into a folder beside the old one and takes its place, so that whoever reads meanwhile finds all of one or all of the other. */
async function buildConsole(): Promise<void> {
  // Whoever asks for the build may be a test or a server under development; the pages are neither.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  const fresh = `${DIST}-${process.pid}`;
  await build({
    configFile: join(home, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: fresh, emptyOutDir: true },
  });
  const paths = filesBelow(fresh)
    .map((path) => relative(fresh, path))
    .filter((path) => !path.startsWith('.vite'));
  const files = paths.map((path) => {
    const bytes = readFileSync(join(fresh, path));
    if (COMPRESSED.test(path) && bytes.length >= LEAST_BYTES) {
      const most = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
      writeFileSync(join(fresh, `${path}.br`), brotliCompressSync(bytes, most));
      writeFileSync(join(fresh, `${path}.gz`), gzipSync(bytes, { level: 9 }));
    }
    return { path, etag: createHash('sha256').update(bytes).digest('base64url').slice(0, 22) };
  });
  writeFileSync(join(fresh, 'site.json'), JSON.stringify({ pages: pagePaths, files }));
  rmSync(DIST, { recursive: true, force: true });
  try {
    renameSync(fresh, DIST);
  } catch (error) {
    // Somebody else built at the same time, of the same sources.
    rmSync(fresh, { recursive: true, force: true });
    if (!hasBuild()) throw error;
  }
}

const hasBuild = (): boolean => builtAt() > 0;

function builtAt(): number {
  return statSync(join(DIST, 'site.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether some source of the pages, the generated clients included, is newer than the build. */
export function isStale(): boolean {
  const built = builtAt();
  if (built === 0) return true;
  const root = join(home, '../..');
  const sources = [...filesBelow(home), ...filesBelow(join(root, 'gen')), join(root, 'package-lock.json')];
  return sources.some((path) => statSync(path).mtimeMs > built);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return /^dist(?:-\d+)?$/.test(entry.name) && folder === home ? [] : filesBelow(path);
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const begin = performance.now();
  await buildConsole();
  console.log(`console built in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}
