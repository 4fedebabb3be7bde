import { buf, root, run } from '../gate/image.ts';
import { folders, withheld } from './offered.ts';

/** A plugin of buf and where what it makes goes, as in `buf.gen.yaml`. */
export type Plugin = Readonly<Record<string, unknown>> & { readonly out: string };

/** The rules of protovalidate: the service checks them, and they would be most of a client. */
const RULES = ['buf.validate.field', 'buf.validate.message', 'buf.validate.oneof'];

/** Generates a client's code below `folder` with the plugins of its language. */
export async function generate(plugins: readonly Plugin[], folder: string): Promise<void> {
  const template = JSON.stringify({ version: 'v2', plugins, inputs: [{ directory: '.' }] });
  const paths = [...folders, 'tradewind/type/v1'].map((path) => `proto/${path}`);
  const options = [
    ...[...paths, 'third_party/proto/google/rpc/error_details.proto'].flatMap((path) => ['--path', path]),
    ...[...RULES, ...withheld].flatMap((type) => ['--exclude-type', type]),
  ];
  await run(buf, ['generate', '--template', template, '--output', folder, ...options], { cwd: root });
}
