import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '#chassis/version.ts';
import { root } from '../../gate/image.ts';

const dependencies: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies;

/** What the caller brings, so that there is one of each in a program. The transport is the caller's choice: connect-web or connect-node. */
const PEERS = ['@bufbuild/protobuf', '@connectrpc/connect'];

const entry = (path: string) => ({ types: `./${path}.d.ts`, default: `./${path}.js` });

/** The package.json of the client. Its version is that of the contracts it is made from; `nouns` are its entries, as in `orders/v1`. */
export function manifest(nouns: readonly string[]) {
  return {
    name: '@tradewind/client',
    version,
    description:
      'Calls Tradewind from a browser or from Node: generated clients, and the deadlines and retries of its contracts.',
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    exports: {
      '.': entry('client'),
      ...Object.fromEntries(nouns.map((noun) => [`./${noun}`, entry(noun)])),
      './package.json': './package.json',
    },
    files: ['**/*.js', '**/*.d.ts'],
    peerDependencies: Object.fromEntries(PEERS.map((name) => [name, `^${dependencies[name]}`])),
  };
}
