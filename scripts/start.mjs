// `npm start`: installs what is missing, then brings the mesh up. Plain JavaScript for any Node from 20, because it also installs.
import { join } from 'node:path';
import { install, root } from './installed.mjs';

install();
process.argv.splice(2, 0, 'up');
await import(join(root, 'bin', 'tradewind.js'));
