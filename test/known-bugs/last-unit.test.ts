/** Known of shops that look at the stock first and take it later: two buyers see the last unit, and both pay for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Mesh, openMesh } from './mesh.fixture.ts';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await openMesh();
});
afterAll(() => mesh.close());

test.each([2, 12])('of %i buyers of the last unit one gets it, and nobody else pays', async (buyers) => {
  const tent = await mesh.stocked(1);
  const shoppers = await Promise.all(Array.from({ length: buyers }, () => mesh.shopper()));
  const ends = await Promise.all(
    shoppers.map(async (shopper) => {
      const { id } = await shopper.place(tent);
      const state = await shopper.reaches(id, 'CONFIRMED', 'CANCELLED');
      await mesh.settles(id, state === 'CONFIRMED' ? 'completed' : 'compensated');
      const charges = await mesh.charges(id);
      return `${state}, charged: ${charges.map((charge) => charge.state).join() || 'nothing'}`;
    }),
  );
  const losers = Array.from({ length: buyers - 1 }, () => 'CANCELLED, charged: nothing');
  expect(ends.sort()).toEqual([...losers, 'CONFIRMED, charged: CAPTURED']);
  expect(await mesh.pieces(tent)).toEqual({ free: 0, reserved: 0, sold: 1 });
});
