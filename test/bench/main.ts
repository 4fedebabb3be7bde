/**
 * `npm run bench`: what a call costs a server, what it costs a client, what the gateway adds, and what a checkout costs the whole mesh, each beside its peers in the same run.
 *
 * `--only rpc`, `--only gateway` or `--only checkouts` runs a part, `--no-write` leaves `baseline.json` as it is.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeCheckouts, judgeClients, judgeGateway, judgeServers } from './bars.ts';
import { benchCheckouts, type CheckoutResults } from './checkouts.ts';
import { benchGateway, type GatewayResult } from './gateway.ts';
import { load, machine, round } from './machine.ts';
import { printBars, printCheckouts, printClients, printGateway, printMachine, printServers } from './print.ts';
import { benchClients, type ClientResult } from './rpc-clients.ts';
import { benchServers, type ServerResult } from './rpc-servers.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: true } },
  allowNegative: true,
});
const PARTS = ['rpc', 'gateway', 'checkouts'];
if (options.only && !PARTS.includes(options.only)) {
  throw new Error(`--only ${options.only}: expected ${PARTS.join(', ')}`);
}
const runs = (part: string) => options.only === undefined || options.only === part;

interface Baseline {
  rpc?: { machine: object; load: number; servers: ServerResult[]; clients: ClientResult[] };
  gateway?: { machine: object } & GatewayResult;
  checkouts?: { machine: object } & CheckoutResults;
}

const baselineFile = new URL('./baseline.json', import.meta.url);
const baseline: Baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')) : {};
const here = machine();
printMachine(here, load());

if (runs('rpc')) {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-bench-'));
  try {
    const busy = load();
    const servers = await benchServers(directory);
    const clients = await benchClients(directory);
    baseline.rpc = { machine: here, load: busy, servers, clients };
    printServers(servers);
    printClients(clients);
    printBars([...judgeServers(servers), ...judgeClients(clients)]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (runs('gateway')) {
  const result = await benchGateway();
  baseline.gateway = { machine: here, ...result };
  printGateway(result);
  printBars(judgeGateway(result));
}

if (runs('checkouts')) {
  const results = await benchCheckouts();
  baseline.checkouts = { machine: here, ...results };
  printCheckouts(results);
  printBars(judgeCheckouts(results));
}

if (options.write) {
  const text = JSON.stringify(baseline, (_key, value) => (typeof value === 'number' ? round(value) : value), 2);
  writeFileSync(baselineFile, `${text}\n`);
  process.stdout.write('\nwritten to test/bench/baseline.json\n');
}
