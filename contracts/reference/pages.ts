/** Every page of `docs/reference`, as the contracts have it. */
import { join } from 'node:path';
import { documentationOf } from '../gate/documentation.ts';
import { buildImage, root } from '../gate/image.ts';
import { inTemporaryFolder } from '../gate/workspace.ts';
import { nounPage } from './noun-page.ts';
import { overview } from './overview.ts';
import { sourceOf } from './source.ts';

export const REFERENCE = join(root, 'docs/reference');
/** The comments of all contracts, which `operations` hands out. */
export const DOCS = join(root, 'services/operations/contract-docs.json');

/** Texts by file name. */
export function referencePages(): Promise<Map<string, string>> {
  return inTemporaryFolder(async (scratch) => {
    const source = await sourceOf(await buildImage(root, join(scratch, 'contracts.binpb')));
    const pages = source.nouns.map((noun) => [`${noun}.md`, nounPage(source, noun)] as const);
    return new Map([['README.md', overview(source)], ...pages]);
  });
}

/** What DOCS holds: comments by the name of the element. */
export function contractDocs(): Promise<string> {
  return inTemporaryFolder(async (scratch) => {
    const docs = documentationOf(await buildImage(root, join(scratch, 'contracts.binpb')));
    return `${JSON.stringify(Object.fromEntries([...docs].sort()), null, 2)}\n`;
  });
}
