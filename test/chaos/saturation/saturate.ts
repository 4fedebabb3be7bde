import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { create, toBinary } from '@bufbuild/protobuf';
import {
  GetAvailabilityRequestSchema,
  ReserveStockRequestSchema,
} from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { ListSagasRequestSchema } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import type { Kind, Round } from './open-loop.ts';
import type { Tally } from './tally.ts';
import type { Work } from './work.ts';

const ID = '0190f3b2-7d2a-7c3e-9f00-123456789abc';
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** A call of each priority, with the time its contract gives it. */
const KINDS: Kind[] = [
  {
    priority: 'CRITICAL',
    path: '/tradewind.inventory.v1.InventoryService/ReserveStock',
    body: base64(
      toBinary(
        ReserveStockRequestSchema,
        create(ReserveStockRequestSchema, { requestId: ID, orderId: ID, lines: [{ productId: ID, quantity: 1n }] }),
      ),
    ),
    // The key and length of its first field, then the last part of a UUID: one request_id for all would make all of them one call.
    numberAt: 2 + ID.lastIndexOf('-') + 1,
    share: 0.2,
    timeoutMs: 2_000,
  },
  {
    priority: 'NORMAL',
    path: '/tradewind.inventory.v1.InventoryService/GetAvailability',
    body: base64(toBinary(GetAvailabilityRequestSchema, create(GetAvailabilityRequestSchema, { productIds: [ID] }))),
    numberAt: -1,
    share: 0.5,
    timeoutMs: 1_000,
  },
  {
    priority: 'BACKGROUND',
    path: '/tradewind.orders.v1.OrdersOperationsService/ListSagas',
    body: base64(toBinary(ListSagasRequestSchema, create(ListSagasRequestSchema, {}))),
    numberAt: -1,
    share: 0.3,
    timeoutMs: 2_000,
  },
];

/** What came of offering a server so much. */
export interface Outcome {
  offered: number;
  goodput: number;
  rssMb: number;
  byPriority: Record<string, ReturnType<Tally['summary']>>;
}

/** Offers one server process one rate of calls after the other, from another process. */
export async function saturate(work: Work, rates: readonly number[], seconds: number): Promise<Outcome[]> {
  const server = start('server.ts', JSON.stringify(work));
  const load = start('open-loop.ts');
  try {
    const { port } = await told<{ port: number }>(server);
    const outcomes: Outcome[] = [];
    for (const perSecond of rates) {
      load.send({ port, kinds: KINDS, perSecond, seconds } satisfies Round);
      const byPriority = await told<Outcome['byPriority']>(load);
      server.send('memory');
      const { rssMb } = await told<{ rssMb: number }>(server);
      const goodput = Object.values(byPriority).reduce((sum, kind) => sum + kind.goodput, 0);
      outcomes.push({ offered: perSecond, goodput, rssMb, byPriority });
    }
    return outcomes;
  } finally {
    server.kill();
    load.kill();
  }
}

function start(script: string, ...args: string[]): ChildProcess {
  return fork(fileURLToPath(new URL(script, import.meta.url)), args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
}

async function told<T>(child: ChildProcess): Promise<T> {
  const died = once(child, 'exit').then(() => {
    throw new Error(`${child.spawnargs[1]} ended in the middle`);
  });
  const [message] = (await Promise.race([once(child, 'message'), died])) as [T];
  return message;
}
