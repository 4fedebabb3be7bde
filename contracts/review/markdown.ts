/** Writes a comparison as Markdown for a pull request. */
import { type Bump, bumped, bumpFor } from '../gate/bump.ts';
import type { Change } from '../gate/judged.ts';
import { breaking, few } from '../gate/report.ts';

export interface Review {
  changes: readonly Change[];
  /** What was compared with. */
  base: string;
  /** The last released version. */
  version: string;
}

const RULE =
  'Before 1.0.0 a change that breaks raises the minor version, any other the patch version. From 1.0.0 on: major, minor for additions, patch.';

export function review({ changes, base, version }: Review): string {
  if (changes.length === 0) return `# Contract review\n\nCompared with ${base}: the contracts are the same.\n`;
  const broken = breaking(changes).length;
  const verdict =
    broken > 0 ? `**${broken} of them break${broken === 1 ? 's' : ''} somebody.**` : 'None of them breaks anybody.';
  const bump = bumpFor(changes, version);
  return [
    '# Contract review',
    `Compared with ${base}: ${count(changes.length, 'change')}. ${verdict}`,
    ...section('Removed', changes, ({ type, policy }) => type === 'removed' && !policy),
    ...section('Changed', changes, ({ type, policy }) => type === 'changed' && !policy),
    ...section('Added', changes, ({ type, policy }) => type === 'added' && !policy),
    ...policySection(changes),
    ...concerned(changes),
    '## Version',
    `${suggestion(version, bump)} ${RULE}`,
    '## Changelog entry',
    fenced(changelogEntry(changes)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** What the changelog says of the contracts, breaking changes first. */
export function changelogEntry(changes: readonly Change[]): string {
  // A new message is worth a word for what carries it.
  const silent = ({ type, element }: Change) => type === 'added' && /^(?:message|enum)$/.test(element.kind);
  const [broken, others] = [
    breaking(changes),
    changes.filter((change) => change.breaks.length === 0 && !silent(change)),
  ];
  const parts = [
    ['### Contracts: breaking', broken],
    ['### Contracts', others],
  ] as const;
  return parts
    .filter(([, list]) => list.length > 0)
    .map(([title, list]) => `${title}\n\n${entryLines(list).join('\n')}`)
    .join('\n\n');
}

/** A line for each change, but one for all ways that a service is newly reached over REST: they come by the dozen. */
function entryLines(changes: readonly Change[]): string[] {
  const groups = Map.groupBy(changes, (change) =>
    newWay(change) === undefined ? change : change.element.name.replace(/\/.*/, ''),
  );
  return [...groups].map(([of, each]) => {
    if (typeof of !== 'string') return `- ${capital(of.element.kind)} \`${shortName(of.element.name)}\` ${of.says}.`;
    const ways = each.map((change) => `\`${newWay(change)}\``);
    return `- Service \`${shortName(of)}\` can newly be called as ${ways.join(', ')}.`;
  });
}

/** `GET /v1/products/{product_id}`, of a change that adds one to an RPC. */
function newWay({ element, says }: Change): string | undefined {
  return element.kind === 'RPC' ? /^can newly be called as (.+)$/.exec(says)?.[1] : undefined;
}

function section(title: string, changes: readonly Change[], belongs: (change: Change) => boolean): string[] {
  const rows = changes.filter(belongs).map((change) => {
    const { element, says, affected } = change;
    const marks = (['wire', 'JSON', 'source', 'behaviour'] as const).map((way) =>
      change.breaks.includes(way) ? '✗' : '✓',
    );
    const who = [...affected.callers, ...affected.consumers, ...affected.readModels];
    return row([`${element.kind} \`${shortName(element.name)}\``, says, ...marks, few(who) || '–']);
  });
  if (rows.length === 0) return [];
  const head = ['what', 'change', 'wire', 'JSON', 'source', 'behaviour', 'touches'];
  return [`## ${title}`, [row(head), row(head.map(() => '---')), ...rows].join('\n')];
}

function policySection(changes: readonly Change[]): string[] {
  const lines = [...changes.filter(({ type, policy }) => policy || type === 'added').flatMap(inWords)];
  return lines.length === 0 ? [] : ['## Policy', lines.map((line) => `- ${line}`).join('\n')];
}

/** "orders may newly call payments/GetPayment". */
function inWords({ element, says, type, breaks, affected }: Change): string[] {
  if (type === 'added') {
    const callable = ['package', 'service', 'RPC'].includes(element.kind);
    return callable ? affected.callers.map((caller) => `${caller} may newly call ${callName(element.name)}`) : [];
  }
  const who = few([...affected.callers, ...affected.consumers, ...affected.readModels]) || 'nobody we know of';
  const caller = /^may (newly|no longer) be called by ([\w-]+)(.*)$/.exec(says);
  const words = caller
    ? `${caller[2]} may ${caller[1]} call ${callName(element.name)}${caller[3]}`
    : `${element.kind} \`${shortName(element.name)}\` ${says}`;
  return [breaks.length > 0 ? `${words} ✗ breaks ${breaks.join(', ')} for ${who}` : words];
}

function concerned(changes: readonly Change[]): string[] {
  const all = (pick: (change: Change) => readonly string[]) => [...new Set(changes.flatMap(pick))].sort();
  const lists = [
    ['Callers', all(({ affected }) => affected.callers)],
    ['Consumers', all(({ affected }) => affected.consumers)],
    ['Read models', all(({ affected }) => affected.readModels)],
    ['Pacts', countedPairs(all(({ affected }) => affected.pacts))],
  ] as const;
  const lines = lists.map(([role, names]) => `- ${role}: ${names.join(', ') || 'none'}`);
  return ['## Who has to do with it', lines.join('\n')];
}

/** `orders → payments (13 interactions)`, of labels such as `orders → payments: captures a payment`. */
function countedPairs(labels: string[]): string[] {
  const pairs = Map.groupBy(labels, (label) => label.split(':')[0] ?? label);
  return [...pairs].map(([pair, each]) => `${pair} (${count(each.length, 'interaction')})`);
}

function suggestion(version: string, bump: Bump): string {
  return `${version} → **${bumped(version, bump)}** (${bump}).`;
}

/** `payments.v1.Payment.id`: every contract is of the same project. */
function shortName(name: string): string {
  return name.replace(/^tradewind[./]/, '');
}

/** `payments/GetPayment`; with its version where that is not the first, and as it is where all of a service or package is meant. */
function callName(name: string): string {
  const [, service, version, method] = /^tradewind\.(\w+)\.(v\d+)\.\w+\/(\w+)$/.exec(name) ?? [];
  return service ? `${service}${version === 'v1' ? '' : ` ${version}`}/${method}` : `all of ${shortName(name)}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const row = (cells: string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
const fenced = (text: string) => `\`\`\`markdown\n${text}\n\`\`\``;
