/** Every page of `docs/reference`, as the contracts have it. */
import { join } from 'node:path';
import { buildImage, root } from '../gate/image.ts';
import { inTemporaryFolder } from '../gate/workspace.ts';
import { nounPage } from './noun-page.ts';
import { overview } from './overview.ts';
import { sourceOf } from './source.ts';

export const REFERENCE = join(root, 'docs/reference');

/** Texts by file name. */
export function referencePages(): Promise<Map<string, string>> {
  return inTemporaryFolder(async (scratch) => {
    const source = await sourceOf(await buildImage(root, join(scratch, 'contracts.binpb')));
    const pages = source.nouns.map((noun) => [`${noun}.md`, nounPage(source, noun)] as const);
    return new Map([['README.md', overview(source)], ...pages]);
  });
}
