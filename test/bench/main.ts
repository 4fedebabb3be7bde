/**
 * `npm run bench`: what a call costs a server, what it costs a client, and what a checkout costs the whole mesh, each beside its peers in the same run.
 *
 * `--only rpc` or `--only checkouts` runs a part, `--no-write` leaves `baseline.json` as it is.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeCheckouts, judgeClients, judgeServers } from './bars.ts';
import { benchCheckouts, type CheckoutResults } from './checkouts.ts';
import { load, machine, round } from './machine.ts';
import { printBars, printCheckouts, printClients, printMachine, printServers } from './print.ts';
import { benchClients, type ClientResult } from './rpc-clients.ts';
import { benchServers, type ServerResult } from './rpc-servers.ts';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, write: { type: 'boolean', default: true } },
  allowNegative: true,
});
if (options.only && !['rpc', 'checkouts'].includes(options.only)) {
  throw new Error(`--only ${options.only}: expected rpc or checkouts`);
}

interface Baseline {
  rpc?: { machine: object; load: number; servers: ServerResult[]; clients: ClientResult[] };
  checkouts?: { machine: object } & CheckoutResults;
}

const baselineFile = new URL('./baseline.json', import.meta.url);
const baseline: Baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')) : {};
const here = machine();
printMachine(here, load());

if (options.only !== 'checkouts') {
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

if (options.only !== 'rpc') {
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
