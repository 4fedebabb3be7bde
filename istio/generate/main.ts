/** `npm run mesh`: writes the manifests anew and removes those that nothing asks for any more. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GENERATED_FOLDERS, generate } from './generate.ts';
import { TopologyError } from './topology.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  const files = generate();
  for (const folder of GENERATED_FOLDERS) rmSync(join(root, folder), { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  process.stdout.write(`istio/: ${files.size} files written\n`);
} catch (error) {
  if (!(error instanceof TopologyError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
