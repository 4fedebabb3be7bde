/** What the mesh must reach on four cores, and whether it did. */
import type { CheckoutResults } from './checkouts.ts';
import type { GatewayResult } from './gateway.ts';
import type { ClientResult } from './rpc-clients.ts';
import type { ServerResult } from './rpc-servers.ts';

export interface Bar {
  what: string;
  figure: number;
  /** The least or the most that is good enough. */
  least?: number;
  most?: number;
  unit: string;
}

export function judgeServers(servers: readonly ServerResult[]): Bar[] {
  const [raw, , chassis, connectNode] = servers;
  if (!raw || !chassis || !connectNode) throw new Error('a server is missing from the comparison');
  return [
    {
      what: 'server CPU per call with the full chain, of raw node:http2',
      figure: chassis.cpuPerCall / raw.cpuPerCall,
      most: 3,
      unit: '×',
    },
    {
      what: 'throughput, of connect-node with the same chain',
      figure: chassis.perSecond / connectNode.perSecond,
      least: 2.5,
      unit: '×',
    },
  ];
}

export function judgeClients(clients: readonly ClientResult[]): Bar[] {
  const [bare, chassis] = clients;
  if (!bare || !chassis) throw new Error('a client is missing from the comparison');
  return [
    {
      what: 'client CPU per call with all its protection, of bare grpc-js',
      figure: chassis.cpuPerCall / bare.cpuPerCall,
      most: 1.25,
      unit: '×',
    },
  ];
}

export function judgeGateway({ directP50, gatewayP50 }: GatewayResult): Bar[] {
  return [{ what: 'GetProduct p50 that the gateway adds', figure: gatewayP50 - directP50, most: 1, unit: 'ms' }];
}

export function judgeCheckouts({ idle, waiting, saturated, sql }: CheckoutResults): Bar[] {
  const placing = waiting.find(({ way }) => way === 'direct');
  const full = saturated.find(({ way }) => way === 'direct');
  if (!placing || !full) throw new Error('checkouts were not measured directly');
  return [
    { what: 'PlaceOrder p50, 20 shoppers', figure: placing.placeP50, most: 10, unit: 'ms' },
    { what: 'placed to confirmed p95', figure: placing.confirmedP95, most: 250, unit: 'ms' },
    { what: 'outbox row to consumer p50', figure: placing.outboxToConsumerP50, most: 20, unit: 'ms' },
    { what: 'checkouts completed per second', figure: full.perSecond, least: 150, unit: '/s' },
    { what: 'checkouts per second, of their SQL alone', figure: full.perSecond / sql.perSecond, least: 0.3, unit: '×' },
    { what: 'idle memory of the whole mesh (PSS)', figure: idle.total.pss, most: 1024, unit: 'MB' },
    { what: 'from command to ready', figure: idle.secondsToReady, most: 15, unit: 's' },
  ];
}

export function reached({ figure, least, most }: Bar): boolean {
  return (least === undefined || figure >= least) && (most === undefined || figure <= most);
}
