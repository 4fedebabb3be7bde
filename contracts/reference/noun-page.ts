/** Writes the page of one noun: its services, its events, why it refuses, and the messages and enums all these use. */
import type { DescEnum } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { consumptions } from '../gate/consumers.ts';
import type { Element } from '../gate/elements.ts';
import { fieldTable } from './fields.ts';
import { HEAD, page, shortName, table } from './markdown.ts';
import { serviceSection } from './rpcs.ts';
import type { Source } from './source.ts';

const EVENT = 'tradewind.mesh.v1.event';

export function nounPage(source: Source, noun: string): string {
  const { of, docs } = source;
  const services = of(noun, 'service').flatMap(({ desc }) => (desc.kind === 'service' ? [desc] : []));
  const carried = new Set(services.flatMap(({ methods }) => methods.flatMap(({ input, output }) => [input, output])));
  const messages = of(noun, 'message').filter(({ desc }) => desc.kind === 'message' && !carried.has(desc));
  const enums = of(noun, 'enum').filter(({ name }) => !isReasons(name));
  return page([
    `# ${noun}`,
    `${HEAD} [All services](README.md).`,
    ...services.flatMap((service) => serviceSection(source, service)),
    ...headed(
      '## Events',
      of(noun, 'event').flatMap((event) => eventSection(source, event)),
    ),
    ...headed('## Errors', errorSection(source, noun)),
    ...headed(
      '## Messages',
      messages.flatMap((message) => messageSection(source, message)),
    ),
    ...headed(
      '## Enums',
      enums.flatMap(({ name, desc }) => {
        return desc.kind === 'enum'
          ? [`### ${shortName(name)}`, docs.get(name) ?? '', ...valueTable(source, desc)]
          : [];
      }),
    ),
  ]);
}

function headed(title: string, section: string[]): string[] {
  return section.length === 0 ? [] : [title, ...section];
}

function messageSection(source: Source, { name, desc }: Element): string[] {
  if (desc.kind !== 'message') return [];
  return [`### ${shortName(name)}`, source.docs.get(name) ?? '', ...fieldTable(source, desc)];
}

function eventSection(source: Source, event: Element): string[] {
  const own = source.options(event);
  const readers = consumptions.filter((each) => each.event === event.name);
  const by = readers.map(({ service, file, readModel }) =>
    readModel ? `read model ${readModel}` : `${service} (${file})`,
  );
  const [heading = '', doc = '', ...fields] = messageSection(source, event);
  const facts = [
    `- about: \`${own.get(`${EVENT}.aggregateIdField`) ?? '?'}\`, in order for each`,
    `- kept: ${own.get(`${EVENT}.retentionDays`) ?? 30} days`,
    `- consumed by: ${by.join(', ') || 'no service'}`,
  ];
  return [heading, doc, facts.join('\n'), ...fields];
}

/** Reasons are named as callers see them: without the prefix of their enum. */
function errorSection({ errors, docs, of }: Source, noun: string): string[] {
  const rules = errors.get(noun)?.rules ?? {};
  const reasons = of(noun, 'enum').flatMap(({ desc }) => {
    return desc.kind === 'enum' && isReasons(desc.typeName) ? desc.values.filter(({ number }) => number !== 0) : [];
  });
  const rows = reasons.map(({ name, number, parent }) => {
    const reason = name.slice(parent.sharedPrefix?.length ?? 0);
    const rule = rules[reason];
    const meaning = docs.get(`${parent.typeName}#${number}`) ?? '';
    const code = rule ? snake(Code[rule.code]) : '';
    return [`\`${reason}\``, code, rule?.retryable ? 'yes' : 'no', rule?.message ?? '', meaning];
  });
  return table(['reason', 'code', 'try again', 'message', 'meaning'], rows);
}

function valueTable({ docs }: Source, { typeName, values }: DescEnum): string[] {
  const rows = values.map(({ name, number }) => [
    String(number),
    `\`${name}\``,
    docs.get(`${typeName}#${number}`) ?? '',
  ]);
  return table(['no.', 'value', 'meaning'], rows);
}

const isReasons = (name: string) => name.endsWith('ErrorReason');
const snake = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
