/** Shows a service of the contracts: its policy in one table, then each RPC. */
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { shown } from '../gate/judged.ts';
import { namesIn, type Options } from '../gate/options.ts';
import { fieldTable } from './fields.ts';
import { lastPart, link, shortName, table } from './markdown.ts';
import type { Source } from './source.ts';

const RPC = 'tradewind.mesh.v1.rpc';

/** What the table shows, or what follows from it; everything else an RPC declares is listed below its comment. */
const IN_TABLE =
  /^tradewind\.mesh\.v1\.rpc\.(?:access|roles|allowedCallers|timeoutMs|retry|priority|slo|bulkhead|staleOkSeconds)\b/;

export function serviceSection(source: Source, service: DescService): string[] {
  return [
    `## ${shortName(service.typeName)}`,
    source.docs.get(service.typeName) ?? '',
    declared(source.options({ desc: service })),
    ...table(
      ['RPC', 'access', 'callers', 'deadline', 'repeated', 'priority', 'places', 'earlier answer', 'promise'],
      service.methods.map((method) => policyRow(source, method)),
    ),
    ...service.methods.flatMap((method) => rpcSection(source, method)),
  ];
}

function policyRow({ options }: Source, method: DescMethod): string[] {
  const own = options({ desc: method });
  const number = (path: string) => Number(own.get(`${RPC}.${path}`) ?? 0);
  const word = (path: string, prefix: string) => lower(String(own.get(`${RPC}.${path}`) ?? '').replace(prefix, ''));
  const roles = namesIn(own, `${RPC}.roles`);
  return [
    link(method.name, nameOf(method)),
    roles.length > 0 ? `${word('access', 'ACCESS_')}: ${roles.join(', ')}` : word('access', 'ACCESS_'),
    namesIn(own, `${RPC}.allowedCallers`).join(', '),
    number('timeoutMs') ? `${number('timeoutMs')} ms` : 'none',
    repetition(method, own),
    word('priority', 'PRIORITY_'),
    word('bulkhead', 'BULKHEAD_') || 'by priority',
    number('staleOkSeconds') ? `up to ${number('staleOkSeconds')} s` : 'never',
    `${number('slo.availabilityPercent') || 99.9} %, p95 ${number('slo.p95Ms') || 500} ms`,
  ];
}

/** As clients do it: only what may be repeated is, three times where nothing else is said. */
function repetition(method: DescMethod, own: Options): string {
  if (method.idempotency === Idempotency.IDEMPOTENCY_UNKNOWN) return 'never';
  const effects = method.idempotency === Idempotency.NO_SIDE_EFFECTS ? ', no side effects' : '';
  const tries = Number(own.get(`${RPC}.retry.maxAttempts`) ?? 0) || 3;
  return `${tries === 1 ? 'once' : `${tries} tries`}${effects}`;
}

function rpcSection(source: Source, method: DescMethod): string[] {
  const streams = { unary: '', server_streaming: 'Streams its answers.', client_streaming: 'Takes a stream.' };
  const kind = method.methodKind === 'bidi_streaming' ? 'Streams both ways.' : streams[method.methodKind];
  const rest = new Map([...source.options({ desc: method })].filter(([path]) => !IN_TABLE.test(path)));
  return [
    `### ${shortName(nameOf(method))}`,
    [source.docs.get(nameOf(method)) ?? '', kind].filter((part) => part !== '').join('\n\n'),
    declared(rest),
    `Request, \`${lastPart(method.input.typeName)}\`:`,
    ...fieldTable(source, method.input),
    `Response, \`${lastPart(method.output.typeName)}\`:`,
    ...fieldTable(source, method.output),
  ];
}

/** Options as a list, named as the contract nests them. */
function declared(options: Options): string {
  return [...options]
    .map(([path, value]) => `- ${path.replace(/^(?:tradewind\.mesh\.v1|google\.api)\./, '')}: \`${shown(value)}\``)
    .join('\n');
}

function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

const lower = (text: string) => text.toLowerCase().replaceAll('_', ' ');
