/** Known of inventories that read what is left, decide, and write it back: direct calls side by side hold more pieces than there are, or block each other for ever. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { type Mesh, openMesh } from './mesh.fixture.ts';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await openMesh();
});
afterAll(() => mesh.close());

/** What each of many calls made at once is answered. */
async function reserveAtOnce(calls: number, linesOf: (call: number) => string[]) {
  const inventory = await mesh.inventory();
  const answers = await Promise.allSettled(
    Array.from({ length: calls }, (_, call) =>
      inventory.reserveStock({
        ...{ requestId: newId(), orderId: newId() },
        lines: linesOf(call).map((productId) => ({ productId, quantity: 1n })),
      }),
    ),
  );
  const reasons = answers.map((each) => (each.status === 'fulfilled' ? 'held' : reasonOf(each.reason)?.reason));
  return Object.fromEntries([...Map.groupBy(reasons, (reason) => `${reason}`)].map(([key, all]) => [key, all.length]));
}

test('of 200 calls at once for one of 50 pieces 50 hold one', async () => {
  const tent = await mesh.stocked(50);
  expect(await reserveAtOnce(200, () => [tent])).toEqual({ held: 50, INSUFFICIENT_STOCK: 150 });
  expect(await mesh.pieces(tent)).toEqual({ free: 0, reserved: 50, sold: 0 });
});

test('200 calls at once that name the same products in different order all get an answer, and none holds a part', async () => {
  const products = await Promise.all([60, 50, 70].map(mesh.stocked));
  const [first = '', second = '', third = ''] = products;
  const orders = [
    [first, second, third],
    [third, second, first],
    [second, third, first],
    [first, third, second],
  ];
  expect(await reserveAtOnce(200, (call) => orders[call % 4] ?? [])).toEqual({ held: 50, INSUFFICIENT_STOCK: 150 });
  expect(await Promise.all(products.map(mesh.pieces))).toEqual([
    { free: 10, reserved: 50, sold: 0 },
    { free: 0, reserved: 50, sold: 0 },
    { free: 20, reserved: 50, sold: 0 },
  ]);
});
