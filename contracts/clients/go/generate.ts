import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../gate/image.ts';
import { generate } from '../buf.ts';

/** Where the client's packages are, as a caller imports them. */
export const GO_MODULE = 'github.com/tradewind/client-go';

/** Generates the Go client below `folder` with `protoc-gen-go` and `protoc-gen-connect-go` of the PATH. */
export async function generateGo(folder: string): Promise<void> {
  const common = { out: '.', include_imports: true, opt: ['paths=source_relative', ...packages()] };
  await generate(
    ['protoc-gen-go', 'protoc-gen-connect-go'].map((local) => ({ local, ...common })),
    folder,
  );
}

/** The contracts name no Go packages; `tradewind/orders/v2` becomes `ordersv2`. */
function packages(): string[] {
  const files = readdirSync(join(root, 'proto'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.proto'))
    .map((file) => {
      const [noun, version] = file.split('/').slice(-3, -1);
      return `M${file}=${GO_MODULE}/${file.slice(0, file.lastIndexOf('/'))};${noun}${version}`;
    });
}
