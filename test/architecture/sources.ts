import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own files, as the architecture tests look at them. Paths are relative to the root. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Made by tools, or not ours. */
const FOREIGN = new Set(['node_modules', '.git', 'gen', 'third_party', '.tradewind', 'coverage', 'dist']);

export const files: readonly string[] = filesBelow(root).map((path) => relative(root, path));
export const typescript = files.filter((path) => /\.tsx?$/.test(path));
export const tests = typescript.filter((path) => path.endsWith('.test.ts'));

/** Every service's folder name. The chassis is none; nor is the console, whose pages run in browsers: it has no contract, no process and no layers of a service, and `console.test.ts` holds what it may know. */
export const services = readdirSync(join(root, 'services'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['chassis', 'console'].includes(entry.name))
  .map((entry) => entry.name)
  .filter((name) => files.some((path) => path.startsWith(`services/${name}/`)));

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Where a file's imports point: project files by their path, `#…` and packages as written. */
export function importsOf(path: string): string[] {
  const statement = /^\s*(?:import|export)\b[^'";]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm;
  const expression = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  const code = read(path);
  const specifiers = [...code.matchAll(statement), ...code.matchAll(expression)].map((match) => match[1] ?? match[2]);
  return specifiers
    .filter((specifier) => specifier !== undefined)
    .map((specifier) => (specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier));
}

/** `place-order` of `services/orders/app/place-order.test.ts`. */
export function stemOf(path: string): string {
  return basename(path).replace(/\..*$/, '');
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (FOREIGN.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
