/** Writes the first page of the reference: every service, who calls whom, and who consumes what. */
import { consumptions } from '../gate/consumers.ts';
import { callersOf } from '../gate/reach.ts';
import { HEAD, lastPart, link, nounOf, page, shortName, table } from './markdown.ts';
import type { Source } from './source.ts';

interface Call {
  caller: string;
  noun: string;
  /** `tradewind.orders.v1.OrdersService/PlaceOrder`. */
  rpc: string;
}

export function overview(source: Source): string {
  const { nouns, of, docs } = source;
  const calls = callsIn(source);
  const events = nouns.flatMap((noun) => of(noun, 'event'));
  const names = (list: readonly string[]) => [...new Set(list)].sort().join(', ');
  return page([
    '# Reference of the contracts',
    HEAD,
    ...table(
      ['page', 'RPCs', 'events', 'what it is for'],
      nouns.map((noun) => [
        `[${noun}](${noun}.md)`,
        ...[of(noun, 'RPC').length, of(noun, 'event').length].map((count) => (count === 0 ? '' : String(count))),
        purposeOf(of(noun, 'service').map(({ name }) => docs.get(name) ?? '')),
      ]),
    ),
    '## Who calls whom',
    '`external` is whoever is outside the mesh. Versions that stand side by side are both counted.',
    diagram(calls, source),
    ...table(
      ['caller', 'calls', 'RPCs'],
      [...Map.groupBy(calls, ({ caller, noun }) => `${caller} ${noun}`).values()].map((each) => [
        each[0]?.caller ?? '',
        `[${each[0]?.noun}](${each[0]?.noun}.md)`,
        each.map(({ rpc }) => callName(rpc)).join(', '),
      ]),
    ),
    '## Who consumes what',
    ...table(
      ['event', 'published by', 'consumed by', 'read models'],
      events.map(({ name }) => {
        const readers = consumptions.filter(({ event }) => event === name);
        const services = readers.filter(({ readModel }) => !readModel).map(({ service }) => service);
        const readModels = readers.flatMap(({ readModel }) => readModel ?? []);
        return [link(lastPart(name), name), nounOf(name), names(services), names(readModels)];
      }),
    ),
  ]);
}

/** The first sentence of each service; versions side by side say the same. */
function purposeOf(comments: string[]): string {
  const sentences = comments.map((comment) => /^.*?\.(?=\s|$)/s.exec(comment)?.[0] ?? comment);
  return [...new Set(sentences)].join(' ') || 'What the contracts of the others are made of.';
}

function callsIn({ nouns, of, contracts }: Source): Call[] {
  const calls = nouns.flatMap((noun) =>
    of(noun, 'RPC').flatMap(({ name, desc }) =>
      desc.kind === 'rpc' ? callersOf(contracts, desc).map((caller): Call => ({ caller, noun, rpc: name })) : [],
    ),
  );
  const key = ({ caller, noun }: Call) => `${caller} ${noun}`;
  return calls.sort((a, b) => (key(a) === key(b) ? 0 : key(a) < key(b) ? -1 : 1));
}

/** Solid for calls, dotted for events. */
function diagram(calls: Call[], { of, nouns }: Source): string {
  const called = new Set(calls.map(({ caller, noun }) => `  ${caller} --> ${noun}`));
  const known = new Set(nouns.flatMap((noun) => of(noun, 'event').map(({ name }) => name)));
  const told = consumptions
    .filter(({ event, service }) => known.has(event) && nounOf(event) !== service)
    .map(({ event, service }) => `  ${nounOf(event)} -.-> ${service}`);
  return ['```mermaid', 'graph LR', ...[...called].sort(), ...[...new Set(told)].sort(), '```'].join('\n');
}

/** `PlaceOrder`; with its version where that is not the first. */
function callName(rpc: string): string {
  const version = shortName(rpc).split('.')[1];
  return version === 'v1' ? lastPart(rpc) : `${lastPart(rpc)} (${version})`;
}
