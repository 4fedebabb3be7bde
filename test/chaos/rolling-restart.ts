/** Every service restarted, one instance after the other, while shoppers go on. */
import assert from 'node:assert/strict';
import type { Restarted } from '#chassis/local/rolling-restart.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { openShop, type Shop } from '../e2e/shop.fixture.ts';
import { steadyLoad } from '../e2e/steady-load.fixture.ts';
import { type Section, secondsSince, tableOf } from './section.ts';
import { wrongInBooks } from './settled-books.ts';

export interface RestartReport {
  restarted: Restarted[];
  /** Made while the restart was under way, and shortly before and after it. */
  calls: number;
  orders: number;
  seconds: string;
  /** Calls that failed, a line each. */
  failed: string[];
  violations: string[];
}

const ORDERS_PER_SECOND = 10;

/** Services that have two instances; the others have one. */
export const replicas: Readonly<Record<string, number>> = { orders: 2, inventory: 2, payments: 2 };

export async function restartUnderLoad(shop: Shop, ordersPerSecond: number): Promise<RestartReport> {
  const load = await steadyLoad(shop, ordersPerSecond);
  const goesOn = async () => {
    const soFar = load.placed.length;
    await eventually(() => assert.ok(load.placed.length > soFar + 5, 'no more orders are taken'));
  };
  await goesOn();
  const begin = performance.now();
  const restarted = await shop.mesh.restart();
  const seconds = secondsSince(begin);
  await goesOn();
  const failed = await load.stop();
  const violations = await wrongInBooks(shop.mesh.record);
  return { restarted, calls: load.calls(), orders: load.placed.length, seconds, failed, violations };
}

export async function rollingRestart(): Promise<Section> {
  const shop = await openShop({ replicas });
  try {
    const { restarted, calls, orders, seconds, failed, violations } = await restartUnderLoad(shop, ORDERS_PER_SECOND);
    const twice = Object.keys(replicas).join(', ');
    return {
      title: 'Rolling restart under load',
      lines: [
        `Every service is restarted, instance by instance (two each of ${twice}), while ${ORDERS_PER_SECOND} orders are placed each second and, with each, an order, a product and its stock are looked up.`,
        '',
        ...tableOf(
          ['instances restarted', 'seconds', 'calls', 'failed calls', 'orders', 'violations'],
          [[restarted.length, seconds, calls, failed.length, orders, violations.length]],
        ),
      ],
      problems: [...failed, ...violations],
    };
  } finally {
    await shop.close();
  }
}
