/** Shows results as tables for people; `baseline.json` has them for machines. */
import Table from 'cli-table3';
import { type Bar, reached } from './bars.ts';
import type { CheckoutResults } from './checkouts.ts';
import type { GatewayResult } from './gateway.ts';
import type { Machine } from './machine.ts';
import type { ClientResult } from './rpc-clients.ts';
import type { ServerResult } from './rpc-servers.ts';

export function printMachine({ date, cpu, cores, memoryGb, node }: Machine, load: number): void {
  say(`${date} · ${cpu}, ${cores} cores, ${memoryGb} GB · Node ${node} · load ${load}`);
}

export function printServers(servers: readonly ServerResult[]): void {
  const raw = servers[0]?.cpuPerCall ?? Number.NaN;
  say('\nA unary call: the server');
  table(
    ['server', 'CPU µs/call', '× raw', 'calls/s', 'p50 ms', 'p99 ms'],
    servers.map(({ server, cpuPerCall, perSecond, p50, p99 }) => [
      server,
      cpuPerCall.toFixed(0),
      (cpuPerCall / raw).toFixed(2),
      perSecond.toFixed(0),
      p50.toFixed(2),
      p99.toFixed(2),
    ]),
  );
}

export function printClients(clients: readonly ClientResult[]): void {
  const bare = clients[0]?.cpuPerCall ?? Number.NaN;
  say('\nA unary call: the client');
  table(
    ['client', 'CPU µs/call', '× bare grpc-js', 'calls/s'],
    clients.map(({ client, cpuPerCall, perSecond }) => [
      client,
      cpuPerCall.toFixed(0),
      (cpuPerCall / bare).toFixed(2),
      perSecond.toFixed(0),
    ]),
  );
}

export function printCheckouts({ shoppers, idle, waiting, saturated, sql }: CheckoutResults): void {
  say(`\nThe mesh idle, ready after ${idle.secondsToReady.toFixed(1)} s`);
  table(
    ['process', 'RSS MB', 'PSS MB'],
    [...Object.entries(idle.memory), ['all', idle.total] as const].map(([name, { rss, pss }]) => [
      name,
      rss.toFixed(0),
      pss.toFixed(0),
    ]),
  );
  say(`\n${shoppers} shoppers who wait for their order's confirmation before the next (ms)`);
  table(
    ['through', 'orders', 'PlaceOrder p50', 'p99', 'confirmed p50', 'p95', 'outbox→consumer p50', 'load'],
    waiting.map((each) => [
      each.way,
      String(each.orders),
      each.placeP50.toFixed(1),
      each.placeP99.toFixed(1),
      each.confirmedP50.toFixed(0),
      each.confirmedP95.toFixed(0),
      each.outboxToConsumerP50.toFixed(1),
      String(each.load),
    ]),
  );
  say(`\n${shoppers} shoppers who never wait, and the SQL of their checkouts alone`);
  table(
    ['through', 'orders', 'completed/s', '× SQL', 'PlaceOrder p50 ms', 'p99', 'CPU ms/checkout', 'load'],
    [
      ...saturated.map((each) => [
        each.way,
        String(each.orders),
        each.perSecond.toFixed(0),
        (each.perSecond / sql.perSecond).toFixed(2),
        each.placeP50.toFixed(1),
        each.placeP99.toFixed(1),
        total(each.cpu).toFixed(1),
        String(each.load),
      ]),
      [
        `SQL (${sql.statementsPerCheckout} statements)`,
        String(sql.checkouts),
        sql.perSecond.toFixed(0),
        '1',
        '',
        '',
        '',
      ],
    ],
  );
  const [direct] = saturated;
  if (direct) {
    const parts = Object.entries(direct.cpu).sort(([, a], [, b]) => b - a);
    say(`CPU ms per checkout: ${parts.map(([name, ms]) => `${name} ${ms.toFixed(2)}`).join(', ')}`);
  }
}

export function printGateway({ calls, load, directP50, gatewayP50, keptP50 }: GatewayResult): void {
  say(`\nGetProduct straight to catalog and through the gateway, ${calls} calls each by turns, load ${load}`);
  table(
    ['way', 'p50 ms'],
    [
      ['direct', directP50.toFixed(2)],
      ['gateway', gatewayP50.toFixed(2)],
      ['gateway, an answer it has', keptP50.toFixed(2)],
    ],
  );
}

export function printBars(bars: readonly Bar[]): void {
  say('');
  for (const bar of bars) {
    const limit = bar.most === undefined ? `≥ ${bar.least}` : `≤ ${bar.most}`;
    say(`${reached(bar) ? 'reached' : 'MISSED '}  ${bar.what}: ${bar.figure.toFixed(2)} ${bar.unit} (${limit})`);
  }
}

function table(head: string[], rows: string[][]): void {
  const aligned = new Table({
    head,
    style: { head: [], border: [] },
    colAligns: head.map((_, at) => (at ? 'right' : 'left')),
  });
  aligned.push(...rows);
  say(aligned.toString());
}

function total(parts: Record<string, number>): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
