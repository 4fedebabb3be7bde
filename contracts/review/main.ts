/** `npm run proto:review [BASE]`: what a change of the contracts means, and for whom. Ends with 1 when something breaks, with 2 when it cannot be told. */
import { join } from 'node:path';
import { compare } from '../gate/compare.ts';
import { buildImage, root } from '../gate/image.ts';
import { lastRelease } from '../gate/released.ts';
import { breaking } from '../gate/report.ts';
import { inTemporaryFolder } from '../gate/workspace.ts';
import { baseOf } from './base.ts';
import { review } from './markdown.ts';

const [base, ...rest] = process.argv.slice(2);

await inTemporaryFolder(async (scratch) => {
  if (rest.length > 0 || base?.startsWith('-'))
    throw new Error(
      'Usage: npm run proto:review [BASE], where BASE is a git ref, a folder or an image; the last release if none.',
    );
  const before = await baseOf(base, scratch, process.env.INIT_CWD);
  const current = await buildImage(root, join(scratch, 'current.binpb'));
  const changes = await compare(before.contracts, current);
  process.stdout.write(review({ changes, base: before.name, version: lastRelease().version }));
  process.exitCode = breaking(changes).length > 0 ? 1 : 0;
}).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 2;
});
