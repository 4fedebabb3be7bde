/** Makes the present contracts the released ones: their image, its version, the changelog and the notes of the tag. */
import { readFileSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bumped, bumpFor, compareVersions } from '../gate/bump.ts';
import { compare } from '../gate/compare.ts';
import { buildImage, root, run } from '../gate/image.ts';
import { callsByPact } from '../gate/pacts.ts';
import { lastRelease, RELEASE, RELEASED_IMAGE, type Release, releasedContracts, sha256Of } from '../gate/released.ts';
import { breaking } from '../gate/report.ts';
import { changelogEntry } from '../review/markdown.ts';
import { withRelease } from './changelog.ts';
import { withVersion } from './topology.ts';

const NOTES = 'contracts/released/notes.md';
const CHANGELOG = 'CHANGELOG.md';
const TOPOLOGY = 'istio/topology.yaml';
const RECORDED = 'test/interop/recorded';
/** What a release is made of; who calls what is read from the pacts. */
const RELEASED = ['proto', 'third_party/proto', 'buf.yaml', 'contracts/released', 'contracts/pacts'];

/** Answers the version, and the commands that remain. Writes nothing when it refuses. */
export async function release(wanted: string | undefined, today: string, scratch: string) {
  await refuseUncommitted();
  const last = lastRelease();
  const current = await buildImage(root, join(scratch, 'contracts.binpb'), { released: true });
  const changes = await compare(await releasedContracts(), current);
  const bump = bumpFor(changes, last.version);
  const lowest = bumped(last.version, bump === 'none' ? 'patch' : bump);
  const version = wanted ?? lowest;
  if (compareVersions(version, lowest) < 0) {
    const broken = breaking(changes).length;
    const why = broken > 0 ? `${broken} of ${changes.length} changes break somebody` : `${last.version} is released`;
    throw new Error(
      `${version} is too low: ${why}, so it must be ${lowest} or later. npm run proto:review tells more.`,
    );
  }

  const { changelog, section } = withRelease(readFileSync(join(root, CHANGELOG), 'utf8'), {
    ...{ version, date: today, entry: changelogEntry(changes) },
  });
  await copyFile(current.image, join(root, RELEASED_IMAGE));
  const released: Release = { version, date: today, sha256: sha256Of(current.image), calls: callsByPact() };
  writeFileSync(join(root, RELEASE), `${JSON.stringify(released, null, 2)}\n`);
  writeFileSync(join(root, CHANGELOG), changelog);
  writeFileSync(join(root, NOTES), `Tradewind ${version}\n\n${section}\n`);
  writeVersion(version);
  return { version, commands: commandsFor(version) };
}

async function refuseUncommitted(): Promise<void> {
  const { stdout } = await run('git', ['status', '--porcelain', '--', ...RELEASED], { cwd: root });
  if (stdout === '') return;
  throw new Error(`Contracts and pacts are released as they are committed, and these are not:\n${stdout.trimEnd()}`);
}

function writeVersion(version: string): void {
  for (const file of ['package.json', 'package-lock.json']) {
    const path = join(root, file);
    const content: { version: string; packages?: Record<string, { version?: string }> } = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    content.version = version;
    if (content.packages?.['']) content.packages[''].version = version;
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  }
  const topology = join(root, TOPOLOGY);
  writeFileSync(topology, withVersion(readFileSync(topology, 'utf8'), version));
}

function commandsFor(version: string): string[] {
  return [
    // What the release leaves behind when it is stopped in the middle of its work: later code is tested to go on with it.
    `npx node test/interop/record.ts > ${RECORDED}/orders-${version}.json`,
    'npm run mesh',
    `git add contracts/released ${RECORDED} ${CHANGELOG} package.json package-lock.json istio`,
    `git commit -m "Release ${version}"`,
    `git tag -a v${version} --cleanup=whitespace -F ${NOTES}`,
    `git push --follow-tags`,
  ];
}
