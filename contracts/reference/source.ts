/** What reference pages are written from: the contracts, their comments and options, and the error tables of the services. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorTable } from '#chassis/domain-error.ts';
import { type Documentation, documentationOf } from '../gate/documentation.ts';
import { type Element, type Elements, elementsOf } from '../gate/elements.ts';
import { type Contracts, root } from '../gate/image.ts';
import { type Options, optionsOf } from '../gate/options.ts';
import { nounOf } from './markdown.ts';

export interface Source {
  contracts: Contracts;
  elements: Elements;
  docs: Documentation;
  /** By noun, for those that refuse anything. */
  errors: ReadonlyMap<string, ErrorTable>;
  /** In the order of their names. */
  nouns: string[];
  /** Those of a noun, and of one kind, in the order of the contract. */
  of(noun: string, ...kinds: Element['kind'][]): Element[];
  options(element: Pick<Element, 'desc'>): Options;
}

export async function sourceOf(contracts: Contracts): Promise<Source> {
  const elements = elementsOf(contracts);
  const all = [...elements.values()];
  const nouns = [...new Set(all.map((element) => nounOf(element.package)))].sort();
  const tables = await Promise.all(nouns.map(async (noun) => [noun, await errorTable(noun)] as const));
  return {
    ...{ contracts, elements, nouns, docs: documentationOf(contracts) },
    errors: new Map(tables.flatMap(([noun, table]) => (table ? [[noun, table]] : []))),
    of: (noun, ...kinds) => all.filter((each) => nounOf(each.package) === noun && kinds.includes(each.kind)),
    options: (element) => optionsOf(contracts, element),
  };
}

async function errorTable(noun: string): Promise<ErrorTable | undefined> {
  const path = join(root, 'services', noun, 'errors.ts');
  if (!existsSync(path)) return undefined;
  const module: Record<string, ErrorTable> = await import(path);
  return module[`${noun}Errors`];
}
