import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../gate/image.ts';
import { buildSelection } from '../buf.ts';

const OUTPUTS = ['--python_out=.', '--pyi_out=.', '--grpc_python_out=.'];

/** Generates the Python client below `folder`, which is there, with the protoc that `grpcio-tools` of this Python brings: buf cannot ask it for stubs. */
export async function generatePython(folder: string, python: string): Promise<void> {
  const image = join(folder, 'contracts.binpb');
  const ours = (await buildSelection(image)).filter((file) => !file.startsWith('google/protobuf/'));
  await run(python, ['-m', 'grpc_tools.protoc', `--descriptor_set_in=${image}`, ...OUTPUTS, ...ours], { cwd: folder });
  rmSync(image);
}
