import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { root, run } from '../../gate/image.ts';
import { generate } from '../buf.ts';
import { manifest } from './manifest.ts';

const here = import.meta.dirname;

/** What is written by hand, and what of the chassis it takes: the pauses between tries are the same wherever a call starts. */
const WRITTEN = [
  join(here, 'source', 'by-contract.ts'),
  join(here, 'source', 'reason.ts'),
  join(root, 'services', 'chassis', 'rpc', 'retry.ts'),
];

const FLAGS = [
  ...['--ignoreConfig', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom'],
  ...['--strict', '--skipLibCheck', '--declaration', '--rewriteRelativeImportExtensions'],
];

/** What a caller from outside has no use for. */
const INSIDE = 'mesh/v1';

/** Makes the publishable package in `folder`, which is emptied first: JavaScript, its types, README and licence. */
export async function buildPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'source'), { recursive: true });
  const plugin = { local: 'node_modules/.bin/protoc-gen-es', out: 'gen', include_imports: true };
  await generate([{ ...plugin, opt: ['target=js+dts', 'import_extension=js'] }], folder);
  const nouns = nounsIn(join(folder, 'gen', 'tradewind'));
  // First: it says that these are ES modules.
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(nouns), null, 2)}\n`);
  await compile(folder);
  for (const noun of nouns) writeEntry(folder, noun, `gen/tradewind/${noun}`);
  writeModule(folder, 'client', ['./source/by-contract.js', './source/reason.js']);
  cpSync(join(here, 'README.md'), join(folder, 'README.md'));
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
}

/** Puts what is written by hand beside what is generated, and takes its types off into files of their own. */
async function compile(folder: string): Promise<void> {
  const files = WRITTEN.map((file) => join(folder, 'source', basename(file)));
  for (const [index, file] of files.entries()) writeFileSync(file, atHome(readFileSync(WRITTEN[index] ?? '', 'utf8')));
  const libraries = join(folder, 'node_modules');
  symlinkSync(join(root, 'node_modules'), libraries);
  try {
    await run(join(root, 'node_modules', '.bin', 'tsc'), [...FLAGS, ...files]).catch((failure: { stdout: string }) => {
      throw new Error(`the client does not compile:\n${failure.stdout}`);
    });
  } finally {
    rmSync(libraries);
  }
  for (const file of files) rmSync(file);
}

/** The same code with the addresses it has in the package. */
function atHome(code: string): string {
  return code.replace(/'#gen\/([^']+)\.ts'/g, "'../gen/$1.js'").replace(/'#chassis\/[^']*?([^'/]+\.ts)'/g, "'./$1'");
}

function nounsIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('_pb.js'));
  return [...new Set(files.map((file) => dirname(file)))].filter((noun) => noun !== INSIDE).sort();
}

/** `orders/v1.js` holds all that was generated for that version. */
function writeEntry(folder: string, noun: string, generated: string): void {
  const modules = readdirSync(join(folder, generated)).filter((file) => file.endsWith('_pb.js'));
  mkdirSync(join(folder, dirname(noun)), { recursive: true });
  writeModule(
    folder,
    noun,
    modules.sort().map((file) => `../${generated}/${file}`),
  );
}

function writeModule(folder: string, name: string, modules: readonly string[]): void {
  const code = modules.map((module) => `export * from '${module}';\n`).join('');
  for (const extension of ['js', 'd.ts']) writeFileSync(join(folder, `${name}.${extension}`), code);
}
