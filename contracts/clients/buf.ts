import { writeFileSync } from 'node:fs';
import { create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { buf, readImage, root, run } from '../gate/image.ts';
import { folders, withheld } from './offered.ts';

/** A plugin of buf and where what it makes goes, as in `buf.gen.yaml`. */
export type Plugin = Readonly<Record<string, unknown>> & { readonly out: string };

/** The rules of protovalidate: the service checks them, and they would be most of a client. */
const RULES = ['buf.validate.field', 'buf.validate.message', 'buf.validate.oneof'];

/** The files that a client is made from. */
const PATHS: readonly string[] = [
  ...[...folders, 'tradewind/type/v1'].flatMap((path) => ['--path', `proto/${path}`]),
  ...['--path', 'third_party/proto/google/rpc/error_details.proto'],
];

/** Generates a client's code below `folder` with the plugins of its language. */
export async function generate(plugins: readonly Plugin[], folder: string): Promise<void> {
  const template = JSON.stringify({ version: 'v2', plugins, inputs: [{ directory: '.' }] });
  const left = [...RULES, ...withheld].flatMap((type) => ['--exclude-type', type]);
  await run(buf, ['generate', '--template', template, '--output', folder, ...PATHS, ...left], { cwd: root });
}

/** Writes what a client holds as an image, for generators that buf cannot run. Answers the files in it. */
export async function buildSelection(image: string): Promise<string[]> {
  await run(buf, ['build', '.', '--output', image, ...PATHS], { cwd: root });
  const file = [...(await readImage(image)).registry.files].map(({ proto }) => proto);
  for (const proto of file) {
    const isLeft = (name: string) => withheld.includes(`${proto.package}.${name}`);
    proto.messageType = proto.messageType.filter(({ name }) => !isLeft(name));
    for (const service of proto.service)
      service.method = service.method.filter(({ name }) => !isLeft(`${service.name}.${name}`));
  }
  writeFileSync(image, toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));
  return file.map(({ name }) => name);
}
