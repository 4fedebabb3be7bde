/** Writes the catalogue of faults for people: docs/faults.md. */
import type { CataloguedFault, Telltale } from './fault-catalogue.ts';

export function faultPages(faults: readonly CataloguedFault[]): string {
  return `${HEAD}\n${faults.map(entry).join('\n')}`;
}

const HEAD = `# Faults

What can go wrong on purpose, how it shows, and what must tell of it. Written from \`test/chaos/fault-catalogue.ts\` by \`npm run golden\`; do not edit it. \`npm test\` causes each of these on a running mesh and looks for
the symptom and the figure; what takes too long for that, \`npm run chaos\` does.

## How to cause one

A mesh is started for it: \`npm start -- --allow-faults\`, or FAULTS_ALLOWED=1 for any process. Elsewhere flags are not looked at, and headers are ignored and counted (\`tradewind_faults_ignored_total\`).

- **By flag**, for everybody: \`npx tradewind fault set PaymentsService --delay 2s --percent 50\`. Every process that allows faults watches the flags, in the NATS bucket \`faults\`. A flag ends by itself, after ten minutes
  unless \`--for\` says otherwise; \`npx tradewind fault list\` shows what is on and \`npx tradewind fault clear --all\` ends it.
- **By header**, for one request and all the calls that are made for it: \`x-tradewind-fault: delay=200ms;percent=50;rpc=tradewind.catalog.v1.CatalogService\`. Keys: \`delay\` (60s at most), \`abort\` (a gRPC code), \`percent\`,
  \`rpc\`, \`service\`, \`caller\`; commas separate several. Sagas and events outlive the request that began them, so its header does not reach them: use a flag.

A fault hits calls of the RPC or contract it names, or of all, in the service that owns them; the gateway passes them on and is hit only when \`service\` names it. The caller is the one whose token was verified.
A call that is made to fail was not served, and its error names no reason, as when a service is not there: circuits open for it. Each fault that happened is counted in \`tradewind_faults_injected_total\` and is an
event of its call's span.

## Catalogue
`;

function entry({ name, cause, symptom, telltale, alert, when }: CataloguedFault): string {
  const how = 'flag' in cause ? `\`tradewind fault set ${cause.flag.map(quoted).join(' ')}\`` : cause.byHand;
  return [
    `### ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    '',
    `- **Cause**: ${how}`,
    `- **Symptom**: ${symptom}`,
    `- **Tells**: ${toldBy(telltale)}`,
    `- **Alert**: ${alert ? `\`${alert}\`` : 'none'}`,
    ...(when === 'chaos' ? ['- Proven by `npm run chaos`.'] : []),
    '',
  ].join('\n');
}

function toldBy({ service, metric, labels, rises, becomes }: Telltale): string {
  const chosen = Object.entries(labels).map(([name, value]) => `${name}${value.includes('|') ? '=~' : '='}"${value}"`);
  const figure = `\`${metric}${chosen.length > 0 ? `{${chosen.join(',')}}` : ''}\` of ${service}`;
  return becomes === undefined ? `${figure} rises${rises === 1 ? '' : ` by ${rises}`}` : `${figure} becomes ${becomes}`;
}

const quoted = (word: string) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`);
