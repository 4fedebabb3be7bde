/** The contracts of the last release, and the code its callers and consumers were generated with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createFileRegistry, type DescMessage, type DescService, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const folder = new URL('../../contracts/released/', import.meta.url);
const image = new URL('contracts.binpb', folder);

/** Its version, such as `0.1.0`. */
export const { version }: { version: string } = JSON.parse(readFileSync(new URL('released.json', folder), 'utf8'));

/** Everything the release describes. */
export const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(image)));

export const services: DescService[] = [...registry].filter((type) => type.kind === 'service');
export function service(typeName: string): DescService {
  const found = registry.getService(typeName);
  if (!found) throw new Error(`release ${version} has no ${typeName}`);
  return found;
}

export function message(typeName: string): DescMessage {
  const found = registry.getMessage(typeName);
  if (!found) throw new Error(`release ${version} has no ${typeName}`);
  return found;
}

export interface ReleasedCode {
  /** A module of the release's generated code, as in `tradewind/orders/v1/orders_pb`. */
  load(module: string): Promise<Record<string, unknown>>;
  remove(): void;
}

/** Generates the release's code from its image, as its users did. */
export function generateReleased(): ReleasedCode {
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-released-'));
  const plugin = {
    local: join(modules, '.bin/protoc-gen-es'),
    out: 'gen',
    include_imports: true,
    opt: ['target=ts', 'import_extension=ts', 'erasable_syntax=true'],
  };
  const template = JSON.stringify({ version: 'v2', plugins: [plugin] });
  execFileSync(join(modules, '.bin/buf'), ['generate', fileURLToPath(image), '--template', template, '-o', directory]);
  symlinkSync(modules, join(directory, 'node_modules'));
  return {
    load: (module) => import(pathToFileURL(join(directory, 'gen', `${module}.ts`)).href),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
