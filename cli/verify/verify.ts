/** Compares what the services of a mesh have written down, and says which promises of the whole do not hold. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Invariant, Look } from './invariant.ts';
import { appliedOnce } from './invariants/applied-once.ts';
import { chargedOnce } from './invariants/charged-once.ts';
import { consumersFinished } from './invariants/consumers-finished.ts';
import { moneyMatchesOrders } from './invariants/money-matches-orders.ts';
import { noDeadLetters } from './invariants/no-dead-letters.ts';
import { noEventLost } from './invariants/no-event-lost.ts';
import { oneMailPerKind } from './invariants/one-mail-per-kind.ts';
import { oneParcelPerOrder } from './invariants/one-parcel-per-order.ts';
import { orderIsItsEvents } from './invariants/order-is-its-events.ts';
import { ordersHoldTheirStock } from './invariants/orders-hold-their-stock.ts';
import { ordersReachTheirEnd } from './invariants/orders-reach-their-end.ts';
import { providerAgrees } from './invariants/provider-agrees.ts';
import { reservationsMatchStock } from './invariants/reservations-match-stock.ts';
import { stockAddsUp } from './invariants/stock-adds-up.ts';
import { summariesMatchOrders } from './invariants/summaries-match-orders.ts';
import { type MeshAddresses, type OpenMesh, openMesh } from './open-mesh.ts';

export interface Finding {
  /** The promise as a sentence. */
  invariant: string;
  checked: number;
  /** What breaks it, each named by its id. */
  violations: string[];
}

const LOOK_AGAIN_AFTER_MS = 2_000;

export const invariants: readonly Invariant[] = [
  chargedOnce,
  providerAgrees,
  moneyMatchesOrders,
  stockAddsUp,
  reservationsMatchStock,
  ordersHoldTheirStock,
  ordersReachTheirEnd,
  orderIsItsEvents,
  oneParcelPerOrder,
  summariesMatchOrders,
  noEventLost,
  appliedOnce,
  consumersFinished,
  noDeadLetters,
  oneMailPerKind,
];

/**
 * Looks at every invariant of a mesh. Meant for a quiet one (see `waitUntilQuiet`): services are read at different moments, so work under way looks like a
 * violation. What is wrong is therefore looked at once more after a short while (`lookAgain` says when), and only what is wrong both times is told.
 */
export async function verifyMesh(
  record: MeshAddresses,
  lookAgain: () => Promise<unknown> = () => pause(LOOK_AGAIN_AFTER_MS),
): Promise<Finding[]> {
  const mesh = await openMesh(record);
  try {
    const first = await Promise.all(invariants.map((invariant) => invariant.look(mesh)));
    if (first.some(({ violations }) => violations.length > 0)) await lookAgain();
    return await Promise.all(
      invariants.map(async (invariant, index) => finding(invariant, await confirmed(mesh, invariant, first[index]))),
    );
  } finally {
    await mesh.close();
  }
}

/** The first look, without what a second one does not find any more. */
async function confirmed(mesh: OpenMesh, invariant: Invariant, first: Look | undefined): Promise<Look> {
  if (first?.violations.length === 0) return first;
  const second = await invariant.look(mesh);
  const before = new Set(first?.violations.map(({ about }) => about));
  return { ...second, violations: second.violations.filter(({ about }) => before.has(about)) };
}

function finding({ claim }: Invariant, { checked, violations }: Look): Finding {
  return { invariant: claim, checked, violations: violations.map(({ about, problem }) => `${about} ${problem}`) };
}
