/** Known of shops that ask the payment provider while the shopper waits, or give every checkout a worker until it is done: a provider 2 s slow makes every checkout 2 s slow. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Mesh, openMesh } from './mesh.fixture.ts';

/** Slower than any: for these cards the provider answers when the test says so. */
let gate: PromiseWithResolvers<void>;
let mesh: Mesh;

beforeAll(async () => {
  mesh = await openMesh({
    provider: (sandbox) => ({
      ...sandbox,
      async authorize(charge) {
        if (charge.token === 'tok_slow') await gate.promise;
        return sandbox.authorize(charge);
      },
    }),
  });
});
beforeEach(() => {
  gate = Promise.withResolvers();
});
afterEach(() => gate.resolve());
afterAll(() => mesh.close());

/** So many orders whose provider owes an answer. */
async function waiting(count: number) {
  const shopper = await mesh.shopper();
  const tent = await mesh.stocked(100);
  const orders = await Promise.all(Array.from({ length: count }, () => shopper.place(tent, 'tok_slow')));
  for (const { id } of orders) await shopper.reaches(id, 'STOCK_RESERVED');
  return { shopper, tent, ids: orders.map(({ id }) => id) };
}

test('checkouts of others are done from end to end while the provider owes the answer for fifteen', async () => {
  const { shopper, tent, ids } = await waiting(15);
  const quick = await Promise.all(Array.from({ length: 20 }, () => shopper.place(tent)));
  for (const { id } of quick) await mesh.settles(id, 'completed');
  expect(await Promise.all(ids.map(shopper.stateOf))).toEqual(ids.map(() => 'STOCK_RESERVED'));

  gate.resolve();
  for (const id of ids) await mesh.settles(id, 'completed');
  const charges = (await Promise.all(ids.map(mesh.charges))).flat();
  expect(charges.map(({ state }) => state)).toEqual(ids.map(() => 'CAPTURED'));
});

test('orders are taken and get their stock while more payments wait than the provider is ever asked for at a time', async () => {
  const { shopper, tent, ids } = await waiting(40);
  const later = await Promise.all(Array.from({ length: 10 }, () => shopper.place(tent)));
  for (const { id } of later) await shopper.reaches(id, 'STOCK_RESERVED', 'CONFIRMED');
  expect(await Promise.all(ids.map(shopper.stateOf))).toEqual(ids.map(() => 'STOCK_RESERVED'));

  gate.resolve();
  for (const id of [...ids, ...later.map((order) => order.id)]) await mesh.settles(id, 'completed');
});
