/** `npm run clients`: makes the TypeScript client as a package in `contracts/clients/typescript/dist`, ready for `npm publish`. */
import { join, relative } from 'node:path';
import { root } from '../gate/image.ts';
import { buildPackage } from './typescript/build.ts';

const folder = join(import.meta.dirname, 'typescript', 'dist');
await buildPackage(folder);
process.stdout.write(`${relative(root, folder)} is ready: npm publish ./${relative(root, folder)} --access public\n`);
