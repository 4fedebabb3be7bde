/** Finds the contracts that a review compares with: an image, a folder, or what they were at a place in the history. */
import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildImage, type Contracts, readImage, root, run } from '../gate/image.ts';
import { lastRelease, releasedContracts } from '../gate/released.ts';

export interface Base {
  contracts: Contracts;
  /** As in "compared with …". */
  name: string;
}

/** `scratch` is a folder to work in. Throws an error whose message says what is wrong with `base`. */
export async function baseOf(base: string | undefined, scratch: string, from = process.cwd()): Promise<Base> {
  if (base === undefined) return { contracts: await releasedContracts(), name: `release ${lastRelease().version}` };
  const path = resolve(from, base);
  if (existsSync(path)) {
    const folder = statSync(path).isDirectory();
    const reading = folder ? buildImage(path, join(scratch, 'base.binpb')) : readImage(path);
    const contracts = await reading.catch((cause) => {
      throw new Error(`${base} cannot be read as ${folder ? 'a folder of contracts' : 'an image'}: ${reasonIn(cause)}`);
    });
    if (contracts.files.length === 0) throw new Error(`${base} holds no contract of tradewind.`);
    return { contracts, name: base };
  }
  const commit = await run('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`], {
    cwd: root,
  })
    .then(({ stdout }) => stdout.trim())
    .catch(() => undefined);
  if (!commit) throw new Error(`${base} is neither an image, nor a folder, nor a commit that git knows.`);
  return { contracts: await contractsAt(commit, scratch), name: `${base} (${commit.slice(0, 9)})` };
}

async function contractsAt(commit: string, scratch: string): Promise<Contracts> {
  const [archive, folder] = [join(scratch, 'base.tar'), join(scratch, 'base')];
  await mkdir(folder);
  await run('git', ['archive', '-o', archive, commit, 'buf.yaml', 'proto', 'third_party/proto'], { cwd: root });
  await run('tar', ['-xf', archive, '-C', folder]);
  return buildImage(folder, join(scratch, 'base.binpb'));
}

function reasonIn(cause: unknown): string {
  const { stderr, message } = cause as { stderr?: string; message?: string };
  return (stderr || message || String(cause)).trim();
}
