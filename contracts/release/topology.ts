import { bumped } from '../gate/bump.ts';

/**
 * The page about where Tradewind runs, with every environment at a version, and the one after it as the next to be tried out. Digests are those of what ran before,
 * and go. The text is changed, not the document, so that everything else stays as it was written.
 */
export function withVersion(topology: string, version: string): string {
  return topology
    .replace(/^( {4}version: ).+$/gm, `$1${version}`)
    .replace(/^ {4}digests:.*\n(?: {6}.*\n)*/gm, '')
    .replace(/^(scenarios: \{.*\bnext: )[^,\s}]+/m, `$1${bumped(version, 'minor')}`);
}
