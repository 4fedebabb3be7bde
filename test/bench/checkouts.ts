/** Measures checkouts through the whole mesh, and beside them the same SQL alone on the same PostgreSQL. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '#chassis/local/postgres.ts';
import { quantile } from './grpc-load.ts';
import { load } from './machine.ts';
import { type BenchMesh, startBenchMesh } from './mesh/bench-mesh.ts';
import { type Books, openBooks } from './mesh/books.ts';
import { type Placed, placeAll, placeAndWait } from './mesh/load-shop.ts';
import { cpuOf, type Memory, memoryOf, processesOf } from './mesh/processes.ts';
import { type BenchShop, openBenchShop, type Way } from './mesh/shop.ts';
import { recordCheckout } from './sql/record.ts';
import type { RecordedCheckout } from './sql/recorded-checkout.ts';
import { type SqlLoopResult, sqlLoop } from './sql-loop.ts';

export interface IdleResult {
  secondsToReady: number;
  memory: Record<string, Memory>;
  total: Memory;
}

/** Times in milliseconds. */
export interface WaitingResult {
  way: Way;
  orders: number;
  load: number;
  placeP50: number;
  placeP99: number;
  confirmedP50: number;
  confirmedP95: number;
  outboxToConsumerP50: number;
}

export interface SaturatedResult {
  way: Way;
  orders: number;
  load: number;
  placeP50: number;
  placeP99: number;
  perSecond: number;
  /** Milliseconds of CPU per checkout, by process; `shoppers` is the load itself. */
  cpu: Record<string, number>;
}

export interface CheckoutResults {
  shoppers: number;
  idle: IdleResult;
  waiting: WaitingResult[];
  saturated: SaturatedResult[];
  sql: SqlLoopResult;
}

const SHOPPERS = 20;
const WARM_UP = 600;
const WAITING_ORDERS = 1_000;
const SATURATING_ORDERS = 2_000;
const SQL_CHECKOUTS = 2_000;
/** After start-up code is still being compiled and connections are made; memory is read when that is over. */
const SETTLE_MS = 5_000;

export async function benchCheckouts(): Promise<CheckoutResults> {
  const directory = mkdtempSync(join(tmpdir(), 'tradewind-bench-'));
  // PostgreSQL runs as somebody else when this runs as root.
  chmodSync(directory, 0o755);
  try {
    const { recorded, databases, ...mesh } = await benchMesh(directory);
    const sql = await benchSql(directory, databases, recorded);
    return { shoppers: SHOPPERS, ...mesh, sql };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function benchMesh(directory: string) {
  const mesh = await startBenchMesh(directory);
  const { databases } = mesh.record;
  const books = openBooks(databases);
  try {
    await pause(SETTLE_MS);
    const idle = idleOf(mesh);
    const shop = await openBenchShop(mesh.record, directory, SHOPPERS);
    await placeAll(shop, 'direct', WARM_UP / 2);
    await placeAll(shop, 'gateway', WARM_UP / 2);
    await books.quiet();
    const waiting = [await benchWaiting(shop, books, 'direct'), await benchWaiting(shop, books, 'gateway')];
    const saturated = [
      await benchSaturated(mesh, shop, books, 'direct'),
      await benchSaturated(mesh, shop, books, 'gateway'),
    ];
    const recorded = await recordCheckout(databases.orders ?? '', directory, shop, books);
    shop.close();
    return { databases, idle, waiting, saturated, recorded };
  } finally {
    await books.close();
    await mesh.stop();
  }
}

function idleOf({ record, secondsToReady }: BenchMesh): IdleResult {
  const memory = Object.fromEntries([...processesOf(record)].map(([name, pids]) => [name, memoryOf(pids)]));
  const total = Object.values(memory).reduce((sum, { rss, pss }) => ({ rss: sum.rss + rss, pss: sum.pss + pss }), {
    rss: 0,
    pss: 0,
  });
  return { secondsToReady, memory, total };
}

async function benchWaiting(shop: BenchShop, books: Books, way: Way): Promise<WaitingResult> {
  const placed = await placeAndWait(shop, books, way, WAITING_ORDERS);
  const busy = load();
  await books.quiet();
  const confirmed = await books.confirmations(placed.orderIds);
  const delivered = await books.deliveries(placed.orderIds);
  return {
    way,
    ...common(placed, busy),
    confirmedP50: quantile(confirmed, 0.5),
    confirmedP95: quantile(confirmed, 0.95),
    outboxToConsumerP50: quantile(delivered, 0.5),
  };
}

async function benchSaturated(mesh: BenchMesh, shop: BenchShop, books: Books, way: Way): Promise<SaturatedResult> {
  const before = cpuOf(mesh.record);
  const own = process.cpuUsage();
  const placed = await placeAll(shop, way, SATURATING_ORDERS);
  const { user, system } = process.cpuUsage(own);
  const busy = load();
  await books.quiet();
  const cpu = Object.fromEntries(
    [...cpuOf(mesh.record)].map(([name, seconds]) => [
      name,
      ((seconds - (before.get(name) ?? 0)) * 1000) / SATURATING_ORDERS,
    ]),
  );
  cpu.shoppers = (user + system) / 1000 / SATURATING_ORDERS;
  const perSecond = SATURATING_ORDERS / (await books.secondsToComplete(placed.orderIds));
  return { way, ...common(placed, busy), perSecond, cpu };
}

function common({ orderIds, p50, p99 }: Placed, busy: number) {
  return { orders: orderIds.length, load: busy, placeP50: p50, placeP99: p99 };
}

/** The mesh is gone, its data is not: the same server on the same folder, with no other work than this. */
async function benchSql(
  directory: string,
  databases: Record<string, string>,
  recorded: RecordedCheckout,
): Promise<SqlLoopResult> {
  const server = await startPostgres({ directory: join(directory, 'postgres') });
  try {
    const urls = Object.fromEntries(Object.keys(databases).map((name) => [name, server.url(name)]));
    return await sqlLoop(recorded, urls, { checkouts: SQL_CHECKOUTS, concurrency: SHOPPERS });
  } finally {
    await server.stop();
  }
}
