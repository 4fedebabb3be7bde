import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from '../gate/image.ts';
import { buildPackage } from './typescript/build.ts';

/** What a caller installs beside the client; here they come from this project, so that no network is needed. */
const BESIDE = ['@bufbuild/protobuf', '@connectrpc/connect', '@connectrpc/connect-node', '@connectrpc/connect-web'];

/** Somebody else's project that knows nothing but what is published. */
export interface EmptyProject {
  folder: string;
  /** The paths of the files that were published. */
  published: readonly string[];
  write(file: string, code: string): void;
  /** What the compiler says of these files together. Each line begins with the file; there is none when nothing is wrong. */
  typeErrors(files: readonly string[]): Promise<string>;
  remove(): void;
}

/** Builds the client, packs it and installs the tarball in an empty folder outside this project. */
export async function emptyProject(): Promise<EmptyProject> {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-caller-'));
  const built = join(folder, 'built');
  await buildPackage(built);
  mkdirSync(join(folder, 'project'));
  const project = join(folder, 'project');
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: built });
  const [{ filename, files }] = packed(stdout);
  writeFileSync(join(project, 'package.json'), '{ "name": "caller", "private": true, "type": "module" }\n');
  const packages = [join(folder, filename), ...BESIDE.map((name) => join(root, 'node_modules', name))];
  const options = ['--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...options, ...packages], { cwd: project });
  return {
    folder: project,
    published: files.map(({ path }) => path),
    write: (file, code) => writeFileSync(join(project, file), code),
    async typeErrors(files) {
      const flags = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext'];
      const types = ['--lib', 'esnext,dom', '--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')];
      const said = (failure: { stdout: string }) => failure;
      const tsc = join(root, 'node_modules', '.bin', 'tsc');
      return (await run(tsc, [...flags, ...types, ...files], { cwd: project }).catch(said)).stdout;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** npm tells of one package as a list of one, or by its name. */
function packed(json: string): [{ filename: string; files: { path: string }[] }] {
  const told: unknown = JSON.parse(json);
  return [Object.values(told as object)[0]];
}

/** The pieces of code in a README of a client, by the heading above each. */
export function snippetsOf(readme: string, language = 'ts'): Map<string, string> {
  const text = readFileSync(readme, 'utf8');
  const found = text.matchAll(new RegExp(`^## (.+)\\n+\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'));
  return new Map([...found].map(([, heading = '', code = '']) => [heading, code]));
}

/** All files below a folder with their contents. */
export function filesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')]));
}
