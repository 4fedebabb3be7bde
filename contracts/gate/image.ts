/** Reads contracts as descriptors: from an image file, or from `.proto` sources that buf makes an image of. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createFileRegistry, type DescFile, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const buf = join(root, 'node_modules/.bin/buf');
export const run = promisify(execFile);

/** Contracts as they were at some time. `image` is the file that buf compares. */
export interface Contracts {
  image: string;
  registry: FileRegistry;
  /** Those of the project; what they import from others is in the registry only. */
  files: DescFile[];
}

export async function readImage(image: string): Promise<Contracts> {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, await readFile(image)));
  const files = [...registry.files].filter((file) => file.proto.package.startsWith('tradewind.'));
  return { image, registry, files: files.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Makes an image of the contracts in a folder: those below its `proto`, or below itself where there is none. `released` leaves comments and positions out. */
export async function buildImage(folder: string, image: string, { released = false } = {}): Promise<Contracts> {
  const source = existsSync(join(folder, 'proto')) ? 'proto' : '.';
  const leaner = released ? ['--exclude-source-info'] : [];
  await run(buf, ['build', source, '-o', image, ...leaner], { cwd: folder });
  return readImage(image);
}
