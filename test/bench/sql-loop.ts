/** The floor under a checkout: its SQL, and nothing else, as fast as one process and the same PostgreSQL can do it. */
import postgres from 'postgres';
import { filledIn, freshIds, type RecordedCheckout, type Unit } from './sql/recorded-checkout.ts';

export interface SqlLoopResult {
  checkouts: number;
  statementsPerCheckout: number;
  concurrency: number;
  perSecond: number;
  /** Milliseconds of the looping process; when near 1000 / perSecond it, not PostgreSQL, is the limit. */
  clientCpuPerCheckout: number;
}

/** Values are sent as they were logged, so every type passes as the text it is. */
const asText = { serialize: (value: unknown) => value, parse: (value: string) => value };
const types = {
  bytea: { to: 17, from: [17], ...asText },
  json: { to: 114, from: [114, 3802], ...asText },
  bool: { to: 16, from: [16], ...asText },
  moment: { to: 1184, from: [1082, 1114, 1184], ...asText },
};

/** Issues the statements of a checkout again and again under fresh ids, `concurrency` checkouts at a time, on databases nobody else uses. */
export async function sqlLoop(
  recorded: RecordedCheckout,
  databases: Record<string, string>,
  options: { checkouts: number; concurrency: number },
): Promise<SqlLoopResult> {
  const { checkouts, concurrency } = options;
  const pools = new Map(
    Object.entries(databases).map(([name, url]) => [name, postgres(url, { max: concurrency, types, onnotice() {} })]),
  );
  const poolOf = ({ database }: Unit) => {
    const pool = pools.get(database);
    if (!pool) throw new Error(`the checkout used the database ${database}, which no service owns`);
    return pool;
  };
  const checkout = async () => {
    const ids = freshIds(recorded);
    for (const unit of recorded.units) await issue(poolOf(unit), unit, ids);
  };
  const repeat = async (times: number) => {
    let left = times;
    const worker = async () => {
      while (left-- > 0) await checkout();
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  };
  try {
    await repeat(Math.ceil(checkouts / 5));
    const before = await completed(pools);
    const begin = performance.now();
    const cpu = process.cpuUsage();
    await repeat(checkouts);
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const done = (await completed(pools)) - before;
    if (done !== checkouts) throw new Error(`the SQL of ${checkouts} checkouts completed ${done} sagas`);
    return {
      checkouts,
      statementsPerCheckout: recorded.statements,
      concurrency,
      perSecond: checkouts / seconds,
      clientCpuPerCheckout: (user + system) / 1000 / checkouts,
    };
  } finally {
    await Promise.all([...pools.values()].map((pool) => pool.end()));
  }
}

async function issue(pool: postgres.Sql, unit: Unit, ids: readonly string[]): Promise<void> {
  const [first] = unit.statements;
  if (unit.statements.length === 1 && first) {
    await pool.unsafe(first.text, filledIn(first, ids), { prepare: first.prepared });
    return;
  }
  const session = await pool.reserve();
  try {
    for (const each of unit.statements)
      await session.unsafe(each.text, filledIn(each, ids), { prepare: each.prepared });
  } finally {
    session.release();
  }
}

/** How many checkouts ended well: proof that the statements did again what they did when they were recorded. */
async function completed(pools: ReadonlyMap<string, postgres.Sql>): Promise<number> {
  const rows = await pools.get('orders')?.unsafe(`
    select count(*)::int as n from saga join orders on orders.id::text = saga.subject
    where saga.status = 'completed' and orders.state = 'CONFIRMED'`);
  return Number(rows?.[0]?.n);
}
