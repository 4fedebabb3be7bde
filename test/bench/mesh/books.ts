/** Reads from the databases of a mesh what happened and when, after the fact: nobody has to watch while the clock runs. */
import postgres from 'postgres';

export interface Books {
  /** Of these orders, those whose shopper knows the outcome. */
  decided(orderIds: readonly string[]): Promise<Set<string>>;
  /** Waits until no checkout runs and no event waits for the broker. */
  quiet(): Promise<void>;
  /** Milliseconds from placing to confirmation of each order, ascending. Throws when one was not confirmed. */
  confirmations(orderIds: readonly string[]): Promise<number[]>;
  /** From the first order placed to the last checkout completed. Throws when one was not. */
  secondsToComplete(orderIds: readonly string[]): Promise<number>;
  /** Milliseconds from the row of an event of orders to the row that notifications makes of it, ascending. */
  deliveries(orderIds: readonly string[]): Promise<number[]>;
  close(): Promise<void>;
}

const QUIET_WITHIN_MS = 120_000;

export function openBooks(databases: Record<string, string>): Books {
  const pools: Record<string, postgres.Sql> = {};
  for (const [name, url] of Object.entries(databases)) pools[name] = postgres(url, { max: 1, idle_timeout: 5 });
  const { orders, notifications } = pools;
  if (!orders || !notifications) throw new Error('the mesh lacks a database of orders or of notifications');
  const all = Object.values(pools);

  const waiting = async (): Promise<number> => {
    const [sagas] = await orders`select count(*)::int as n from saga where status in ('running', 'compensating')`;
    let rows = Number(sagas?.n);
    for (const sql of all) {
      const [box] = await sql`select count(*)::int as n from outbox where published_at is null and dead_at is null`;
      rows += Number(box?.n);
    }
    return rows;
  };

  return {
    async decided(orderIds) {
      const rows = await orders`
        select id from orders where id = any(${[...orderIds]}::uuid[]) and state not in ('PENDING', 'STOCK_RESERVED')`;
      return new Set(rows.map((row) => row.id as string));
    },

    async quiet() {
      for (const until = Date.now() + QUIET_WITHIN_MS; (await waiting()) > 0; ) {
        if (Date.now() > until) throw new Error(`${await waiting()} checkouts and events still wait`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },

    async confirmations(orderIds) {
      const rows = await orders`
        select extract(epoch from c.occurred_at - p.occurred_at)::float8 * 1000 as ms
        from order_event p join order_event c on c.order_id = p.order_id and c.type = 'OrderConfirmed'
        where p.type = 'OrderPlaced' and p.order_id = any(${[...orderIds]}::uuid[]) order by 1`;
      if (rows.length !== orderIds.length)
        throw new Error(`${rows.length} of ${orderIds.length} orders were confirmed`);
      return rows.map((row) => Number(row.ms));
    },

    async secondsToComplete(orderIds) {
      const [row] = await orders`
        select count(*)::int as n, extract(epoch from max(updated_at) - min(started_at))::float8 as seconds
        from saga where kind = 'checkout' and status = 'completed' and subject = any(${[...orderIds]}::text[])`;
      if (row?.n !== orderIds.length) throw new Error(`${row?.n} of ${orderIds.length} checkouts were completed`);
      return row.seconds;
    },

    async deliveries(orderIds) {
      const sent = await orders`
        select id, extract(epoch from created_at)::float8 * 1000 as at from outbox where aggregate_id = any(${[...orderIds]}::text[])`;
      const sentAt = new Map(sent.map((row) => [row.id as string, Number(row.at)]));
      const asked = await notifications`
        select event_id, extract(epoch from created_at)::float8 * 1000 as at from notification where event_id = any(${[...sentAt.keys()]}::uuid[])`;
      return asked.map((row) => Number(row.at) - Number(sentAt.get(row.event_id as string))).sort((a, b) => a - b);
    },

    async close() {
      await Promise.all(all.map((sql) => sql.end()));
    },
  };
}
