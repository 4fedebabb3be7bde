/** Lays two versions of the contracts side by side: what was added, removed or changed its shape. What that breaks, buf says. */
import type { Break, BufFinding } from './buf-breaking.ts';
import type { Element, Elements } from './elements.ts';

export interface ShapeChange {
  type: 'added' | 'changed' | 'removed';
  element: Element;
  says: string;
  breaks: Break[];
}

const GONE: Partial<Record<Element['kind'], Break[]>> = {
  // Their paths and subjects are names: nobody answers under a name that is gone.
  service: ['wire', 'JSON', 'source'],
  RPC: ['wire', 'JSON', 'source'],
  event: ['wire', 'JSON', 'source'],
  // Readers go on, and read the default.
  field: ['source', 'behaviour'],
};

export function shapeChanges(before: Elements, after: Elements, findings: readonly BufFinding[]): ShapeChange[] {
  const found = Map.groupBy(findings, ({ key }) => key);
  const breaksOf = (key: string) => (found.get(key) ?? []).flatMap(({ breaks }) => breaks);
  const gonePackages = packagesOf(before).difference(packagesOf(after));
  const newPackages = packagesOf(after).difference(packagesOf(before));
  const numberOf = ({ key }: Element) => key.split('#')[1];
  const isGone = (element: Element) => !after.has(element.key) && !gonePackages.has(element.package);
  const sameName = (element: Element, among: Elements) =>
    element.key.includes('#')
      ? [...among.values()].find(({ name, key }) => name === element.name && key !== element.key)
      : undefined;

  const moved = [...gonePackages].map((pkg): ShapeChange => {
    const element: Element = { ...(firstOf(before, pkg) as Element), kind: 'package', key: pkg, name: pkg };
    const home = newHomeOf(pkg, before, after);
    const says = home ? `is gone; what was in it is in ${home} now` : 'is gone with all that was in it';
    return { type: 'removed', element, says, breaks: ['wire', 'JSON', 'source'] };
  });

  const removed = [...before.values()]
    .filter((element) => isGone(element) && !(element.parent && !after.has(element.parent)))
    .map((element): ShapeChange => {
      const now = sameName(element, after);
      const breaks = [...(GONE[element.kind] ?? ['source']), ...breaksOf(element.key)] as Break[];
      if (!now) return { type: 'removed', element, says: 'was removed', breaks };
      const says = `was renumbered from ${numberOf(element)} to ${numberOf(now)}`;
      return { type: 'changed', element, says, breaks: breaks.filter((each) => each !== 'behaviour') };
    });

  const founded = [...newPackages].map((pkg): ShapeChange => {
    const element: Element = { ...(firstOf(after, pkg) as Element), kind: 'package', key: pkg, name: pkg };
    return { type: 'added', element, says: `is new, with ${contentsOf(after, pkg)}`, breaks: [] };
  });

  const added = [...after.values()]
    .filter(({ key, parent }) => !before.has(key) && !(parent && !before.has(parent)))
    .filter((element) => !newPackages.has(element.package))
    .filter((element) => !sameName(element, before))
    .map((element): ShapeChange => ({ type: 'added', element, says: 'is new', breaks: [] }));

  const changed = [...before.values()]
    .filter(({ key }) => after.has(key) && found.has(key))
    .map((element): ShapeChange => {
      const says = [...new Set((found.get(element.key) ?? []).map(({ says }) => says))];
      // A new name is a new name in JSON too; that goes without saying.
      const words = says.some((one) => one.startsWith('changed name'))
        ? says.filter((one) => !one.includes('"json_name"'))
        : says;
      // It is still there, and buf looks at each file by itself.
      const told = words.map((one) => (one.startsWith('was removed') ? 'moved to another file' : one)).join('; ');
      return { type: 'changed', element, says: told, breaks: breaksOf(element.key) };
    });

  return [...moved, ...removed, ...changed, ...founded, ...added, ...unplaced(before, found, gonePackages)];
}

/** What buf says of nothing we know of, such as a file that moved within its package: told as it is rather than lost. */
function unplaced(before: Elements, found: Map<string, BufFinding[]>, gonePackages: Set<string>): ShapeChange[] {
  return [...found]
    .filter(([key]) => !before.has(key) && !gonePackages.has(folderOf(key)))
    .map(([key, findings]) => {
      const pkg = folderOf(key);
      const element: Element = { ...(firstOf(before, pkg) as Element), kind: 'file', key, name: key };
      const says = findings.map((finding) => finding.says).join('; ');
      return { type: 'changed', element, says, breaks: findings.flatMap(({ breaks }) => breaks) };
    });
}

const folderOf = (path: string) => path.split('/').slice(0, -1).join('.');
const packagesOf = (elements: Elements) => new Set([...elements.values()].map((element) => element.package));
const firstOf = (elements: Elements, pkg: string) =>
  [...elements.values()].find((element) => element.package === pkg) ?? [...elements.values()][0];

function contentsOf(elements: Elements, pkg: string): string {
  const kinds = ['service', 'RPC', 'event', 'message', 'enum'] as const;
  const counts = kinds.map((kind) => {
    const number = [...elements.values()].filter((each) => each.package === pkg && each.kind === kind).length;
    return number === 0 ? '' : `${number} ${kind}${number === 1 ? '' : 's'}`;
  });
  return counts.filter((count) => count !== '').join(', ');
}

/** The package that is new and has the same names in it. */
function newHomeOf(pkg: string, before: Elements, after: Elements): string | undefined {
  const namesIn = (elements: Elements, of: string) =>
    new Set([...elements.values()].filter((each) => each.package === of).map((each) => each.name.slice(of.length)));
  const names = namesIn(before, pkg);
  return [...packagesOf(after).difference(packagesOf(before))].find(
    (candidate) => names.intersection(namesIn(after, candidate)).size > names.size / 2,
  );
}
