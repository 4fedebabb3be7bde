// Names in the lock file the builds for every platform, also those that the registry in use does not carry: npm leaves these out when it writes the file, and
// `npm ci` then refuses it. They are locked by version alone, as only a registry that carries them knows their checksums. Run after changing a dependency.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './installed.mjs';

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));

/** The entry of a build such as `cli-linux-arm64-musl`, in the order in which npm writes its fields. */
function entryOf(name, version, dev) {
  const [, os, cpu, libc] = /-(android|darwin|freebsd|linux|win32)-([a-z0-9]+)(?:-(musl))?$/.exec(name) ?? [];
  if (!os) throw new Error(`${name} is not in the lock file, and its name does not tell its platform: name it by hand`);
  return {
    version,
    cpu: [cpu.startsWith('armv') ? 'arm' : cpu],
    ...(dev && { dev }),
    ...(libc && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (Object.keys(lock.packages).some((path) => path.endsWith(`node_modules/${name}`))) continue;
    lock.packages[`node_modules/${name}`] = entryOf(name, version, dev);
    console.log(`Added ${name} ${version}`);
  }
}
const [project, ...others] = Object.entries(lock.packages);
others.sort(([a], [b]) => a.localeCompare(b, 'en'));
lock.packages = Object.fromEntries([project, ...others]);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
