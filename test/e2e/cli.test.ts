import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'nats';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { reopened } from '../../cli/commands/order/reopened.ts';
import { meshClient } from '../../cli/mesh-client.ts';
import { asJson, type Running, tradewind, up } from './command-line.fixture.ts';

interface Order {
  id: string;
  state: string;
  total: { units: string };
  items: { title: string; quantity: string }[];
}
interface Saga {
  id: string;
  orderId: string;
  state: string;
}

let mesh: Running;
beforeAll(async () => {
  mesh = await up();
});
afterAll(() => mesh?.close());

const run = (...words: string[]) => tradewind(mesh.folder, ...words);
const json = <T>(...words: string[]) => asJson<T>(mesh.folder, ...words);

function file(name: string, ...lines: string[]): string {
  const path = join(mesh.folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function inDatabase<T>(service: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(mesh.record.databases[service] ?? '', { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

test('up tells where the mesh is and keeps its secrets, and a second one on its folder is refused', async () => {
  expect(mesh.printed()).toMatchObject({ gatewayUrl: mesh.record.gatewayUrl, services: { orders: [{}] } });
  expect(mesh.printed()).not.toHaveProperty('operator');
  expect(mesh.printed()).not.toHaveProperty('databases');
  expect(await run('up')).toMatchObject({ code: 2, stderr: expect.stringContaining('already (process') });
});

describe('status', () => {
  test('is 0 when everything is ready', async () => {
    const { code, value } = await json<{ ready: boolean; instances: { service: string; state: string }[] }>('status');
    expect([code, value.ready]).toEqual([0, true]);
    expect(value.instances.map(({ service, state }) => `${service} ${state}`)).toContain('orders ready');
    expect(value.instances).toHaveLength(9);
  });

  test('is 1 and names the service that does not answer', async () => {
    const pid = mesh.record.services.shipping?.[0]?.pid ?? expect.unreachable();
    process.kill(pid, 'SIGSTOP');
    try {
      const { code, stdout } = await run('status');
      expect(code).toBe(1);
      expect(stdout).toMatch(/shipping +│ does not answer/);
      expect(stdout).toContain('Not everything is ready');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => expect((await run('status')).code).toBe(0));
  });
});

test('a catalogue is imported, and of a broken one the good rows, naming line and reason of the others', async () => {
  const header = 'sku,title,price,currency,backorderable';
  const good = file('good.csv', header, 'TENT-2,Two-person tent,189.90,EUR,false', 'BOAT-1,Kayak,900,EUR,true');
  expect(await json('catalog', 'import', good)).toMatchObject({ code: 0, value: { created: 2, refused: 0 } });
  const broken = file('broken.csv', header, 'GAS-1,Gas canister,6.90,EUR,false', 'GAS-2,Gas,cheap,EUR,false');
  const { code, stdout } = await run('catalog', 'import', broken);
  expect(code).toBe(1);
  expect(stdout).toContain('2 rows: 1 created, 0 updated, 0 unchanged, 1 refused');
  expect(stdout).toMatch(/ 3 │ price +│ "cheap" is not a price/);
});

test('stock is received, and cannot be written off below what is there', async () => {
  expect(await json('catalog', 'stock', 'TENT-2', '10')).toMatchObject({ code: 0, value: { available: '10' } });
  expect(await run('catalog', 'stock', 'TENT-2', '-11')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('STOCK_BELOW_RESERVED'),
  });
});

/** Parks the saga of an order that waits for stock. */
function park(order: Order): Promise<string> {
  return eventually(() =>
    inDatabase('orders', async (sql) => {
      const rows = await sql<{ id: string }[]>`
        update saga set status = 'parked', problem = 'parked by a test', version = version + 1
        where subject = ${order.id} and problem is not null and lease_owner is null returning id`;
      return rows[0]?.id ?? expect.unreachable('the saga does not wait for stock yet');
    }),
  );
}

describe.concurrent('a shop', () => {
  test('sells what a SKU names and follows the order to its end', async () => {
    const { code, stdout } = await run('order', 'place', 'TENT-2=2', '--watch', '--json');
    const states = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Order);
    expect(code).toBe(0);
    expect(states.at(-1)).toMatchObject({ state: 'ORDER_STATE_DELIVERED', items: [{ title: 'Two-person tent' }] });
    const id = states[0]?.id ?? expect.unreachable();
    const [shown, history] = await Promise.all([
      run('order', 'get', id),
      json<{ type: string }[]>('order', 'get', id, '--history'),
    ]);
    expect(shown.stdout).toMatch(/DELIVERED[\s\S]*Two-person tent │ +2 │ 189.90 EUR[\s\S]*total 379.80 EUR/);
    expect(history.value.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['OrderPlaced', 'OrderConfirmed', 'OrderDelivered']),
    );
  });

  test('never sells something else for a SKU it does not know', async () => {
    const { code, stdout, stderr } = await run('order', 'place', 'TENT-2P');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('No product matches “TENT-2P”');
  });

  test('cancels an order, says so while it is under way, and a watch of it ends with 1', async () => {
    const { value: placed } = await json<Order>('order', 'place', 'TENT-2', '--card', 'tok_error');
    const cancelled = await run('order', 'cancel', placed.id);
    expect(cancelled.code).toBe(0);
    expect(cancelled.stdout).toMatch(/CANCELLED|cancellation is under way/);
    expect(await run('order', 'watch', placed.id)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('CANCELLED (CUSTOMER_REQUEST)'),
    });
  });

  test('a parked saga is found, shown and resumed, and its order goes on', async () => {
    const { value: order } = await json<Order>('order', 'place', 'BOAT-1');
    const saga = await park(order);
    const parked = await json<Saga[]>('saga', 'list', '--state', 'parked');
    expect(parked.value.map(({ id, orderId }) => [id, orderId])).toEqual([[saga, order.id]]);
    const [shown, resumed] = [await run('saga', 'show', saga), await json<Saga>('saga', 'resume', saga)];
    expect(shown.stdout).toContain(`of order ${order.id}: PARKED`);
    expect(shown.stdout).toContain('parked by a test');
    expect(resumed).toMatchObject({ code: 0, value: { state: 'SAGA_STATE_RUNNING' } });
    expect(await run('saga', 'resume', newId())).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/SAGA_NOT_FOUND/),
    });
    expect((await run('catalog', 'stock', 'BOAT-1', '1')).code).toBe(0);
    expect((await run('order', 'watch', order.id)).stdout).toContain('DELIVERED');
  });
});

test('all parked sagas are resumed at once, and counted', async () => {
  const orders = await Promise.all([1, 2].map(() => json<Order>('order', 'place', 'BOAT-1')));
  const sagas = await Promise.all(orders.map(({ value }) => park(value)));
  expect((await run('saga', 'resume', '--all')).stdout).toBe('2 sagas resumed.\n');
  expect(await json('saga', 'resume', '--all')).toEqual({ code: 0, value: { resumed: 0 } });
  expect((await run('catalog', 'stock', 'BOAT-1', '2')).code).toBe(0);
  await eventually(async () => {
    const left = await inDatabase(
      'orders',
      (sql) => sql`select id from saga where id in ${sql(sagas)} and status <> 'completed'`,
    );
    expect(left).toHaveLength(0);
  });
});

test('a watch goes on while the services that it comes through are replaced', async () => {
  const { value: placed } = await json<Order>('order', 'place', 'BOAT-1');
  const client = await meshClient(mesh.record.gatewayUrl).signedIn(mesh.record.operator);
  const seen: OrderState[] = [];
  const watch = async () => {
    for await (const { state } of reopened(client.of(OrdersService), placed.id, AbortSignal.timeout(60_000))) {
      seen.push(state);
    }
  };
  const watched = watch();
  await eventually(() => expect(seen.at(-1)).toBe(OrderState.BACKORDERED));
  for (const service of ['orders', 'gateway']) expect((await run('restart', service)).code).toBe(0);
  expect((await run('catalog', 'stock', 'BOAT-1', '1')).code).toBe(0);
  await watched;
  expect(seen.at(-1)).toBe(OrderState.DELIVERED);
});

test('the mails that were sent can be read', async () => {
  const { value } = await eventually(async () => {
    const mails = await json<{ id: string; subject: string }[]>('mails', 'list');
    expect(mails.value.map(({ subject }) => subject).join()).toContain('has arrived');
    return mails;
  });
  const [mail] = value;
  expect((await run('mails', 'show', mail?.id ?? '')).stdout).toContain(`Subject: ${mail?.subject}`);
});

test('events are told decoded, one a line, of the type that is wanted', async () => {
  const { code, stdout } = await run('events', 'tail', '--no-follow', '--type', 'OrderPlaced', '--json');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; payload: { lines: unknown[] } });
  expect(code).toBe(0);
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['tradewind.orders.events.v1.OrderPlaced']));
  expect(events.every(({ payload }) => payload.lines.length === 1)).toBe(true);
});

test('a read model is built anew from its events', async () => {
  const [{ count }] = await inDatabase('orders', (sql) => sql<[{ count: number }]>`select count(*)::int from orders`);
  const { code, value } = await json('projection', 'rebuild');
  expect([code, value]).toMatchObject([0, { rows: String(count) }]);
  expect(await run('projection', 'rebuild', 'nothing')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/order_summary/),
  });
  expect((await run('projection', 'rebuild', 'order-summary')).stderr).toBe(
    'there is no read model order-summary; there is: order_summary (NOT_FOUND, PROJECTION_NOT_FOUND)\n',
  );
});

test('a demo of one order ends as it must, with the proof', async () => {
  const { code, value } = await json('demo', '--orders', '1');
  expect(value).toMatchObject({ orders: 1, surprises: [], holds: true });
  expect(code).toBe(0);
});

test('verify names the promise that a damaged row breaks, and only then', async () => {
  const damage = (pieces: number) =>
    inDatabase('inventory', async (sql) => {
      await sql`update stock set on_hand = on_hand + ${pieces}, received = received + ${pieces}
        where product_id in (select product_id from stock where sold > 0 order by product_id limit 1)`;
    });
  await damage(1);
  const { code, stdout } = await run('verify');
  expect(code).toBe(1);
  expect(stdout).toMatch(/broken +│ Stock on hand, reserved and sold is what was received/);
  expect(stdout).toContain('1 of 15 invariants are broken');
  await damage(-1);
  expect(await json('verify')).toMatchObject({ code: 0, value: { holds: true } });
});

test('poison on a stream becomes dead letters, which are listed, shown, replayed and let go', async () => {
  const type = 'tradewind.orders.events.v1.OrderConfirmed';
  const nats = await connect({ servers: mesh.record.natsUrl });
  await nats.jetstream().publish(type, Buffer.from('ffffff', 'hex'), { msgID: newId() });
  await nats.close();
  interface Letter {
    sequence: number;
    type: string;
    service: string;
  }
  const listed = async () => (await json<Letter[]>('dlq', 'list')).value;
  const first = await eventually(async () => {
    const letters = await listed();
    expect(new Set(letters.map((letter) => letter.type))).toEqual(new Set([type]));
    return letters.find(({ service }) => service === 'notifications') ?? expect.unreachable();
  });
  const number = String(first.sequence);
  expect((await run('dlq', 'show', number)).stdout).toMatch(
    /notifications[\s\S]*is not what the contract says: \/\/\/\//,
  );
  expect((await run('events', 'tail', '--no-follow', '--type', 'OrderConfirmed')).stdout).toContain('"base64":"////"');

  expect(await json('dlq', 'replay', number)).toMatchObject({ code: 0, value: { replayed: 1, gone: [] } });
  const again = await eventually(async () => {
    const letters = (await listed()).filter(({ service }) => service === 'notifications');
    expect(letters.map(({ sequence }) => sequence)).not.toContain(first.sequence);
    return letters[0] ?? expect.unreachable();
  });
  const discarded = await json('dlq', 'discard', String(again.sequence), '--reason', 'sent by a test');
  expect(discarded).toMatchObject({ code: 0, value: { type, discarded: 'sent by a test' } });
  expect((await listed()).map(({ sequence }) => sequence)).not.toContain(again.sequence);
});

test('down stops the mesh, and then none runs', async () => {
  expect(await json('down')).toEqual({ code: 0, value: { stopped: true } });
  expect(await mesh.ended).toBe(0);
  expect((await run('status')).code).toBe(2);
});
