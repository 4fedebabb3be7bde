// npm leaves out optional packages whose `engines` do not fit the Node it runs on, and nats-server's asks for Node 22. The Node that runs
// Tradewind is 24 and was just installed, so npm is run once more on that one to fetch what was left out.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { optionalDependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const forThisMachine = Object.keys(optionalDependencies).filter((name) =>
  name.endsWith(`-${process.platform}-${process.arch}`),
);
const missing = forThisMachine.filter((name) => !existsSync(join(root, 'node_modules', name)));
const npm = process.env.npm_execpath;
const node = join(root, 'node_modules', 'node', 'bin', 'node');

if (missing.length > 0 && npm && existsSync(node) && !process.env.TRADEWIND_COMPLETING) {
  const { status } = spawnSync(node, [npm, 'install', '--ignore-scripts', '--no-save', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TRADEWIND_COMPLETING: '1' },
  });
  process.exit(status ?? 1);
}
