/** Known of checkouts that announce an order before all that may fail has succeeded: the mail says confirmed, and then the order is undone. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Mesh, type Neighbours, openMesh } from './mesh.fixture.ts';

let mesh: Mesh;
let shopper: Awaited<ReturnType<Mesh['shopper']>>;
/** What a test puts in the place of a neighbour's answer. */
let instead: { [K in keyof Neighbours]?: Partial<Neighbours[K]> } = {};

beforeAll(async () => {
  mesh = await openMesh({
    neighbours: ({ inventory, payments, shipping }) => ({
      inventory: { ...inventory, commit: (id) => (instead.inventory?.commit ?? inventory.commit)(id) },
      payments: {
        ...payments,
        authorize: (request) => (instead.payments?.authorize ?? payments.authorize)(request),
        capture: (id) => (instead.payments?.capture ?? payments.capture)(id),
      },
      shipping: { ...shipping, create: (request) => (instead.shipping?.create ?? shipping.create)(request) },
    }),
  });
  shopper = await mesh.shopper();
});
afterEach(() => {
  instead = {};
});
afterAll(() => mesh.close());

const refusals: [string, typeof instead][] = [
  ['the stock is gone', { inventory: { commit: async () => ({ outcome: 'ended' }) } }],
  [
    'nothing can be sent there',
    { shipping: { create: async () => ({ outcome: 'refused', reason: 'COUNTRY_NOT_SERVED' }) } },
  ],
];

test.each(refusals)(
  'an order that was announced is not undone when %s: its checkout waits for an operator',
  async (_, wrong) => {
    instead = wrong;
    const { id } = await shopper.place(await mesh.stocked(1));
    await mesh.settles(id, 'parked');
    expect(await shopper.stateOf(id)).toBe('CONFIRMED');
    expect(await mesh.told(id)).toEqual(['OrderPlaced', 'OrderConfirmed']);
    expect((await mesh.charges(id)).filter(({ state }) => state === 'VOIDED')).toEqual([]);
  },
);

test('an order whose shopper changes their mind at the very moment is either never announced, or cancelled by their wish', async () => {
  const tent = await mesh.stocked(100);
  const orders = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const { id } = await shopper.place(tent);
      // Whichever step the checkout has reached: the forty are spread over all of them.
      await shopper.cancel(id);
      return id;
    }),
  );
  const ends = await Promise.all(
    orders.map(async (id) => {
      await shopper.reaches(id, 'CANCELLED');
      const told = await mesh.told(id);
      const checkout = await mesh.shop.runner.findOf('checkout', id);
      return { announced: told.includes('OrderConfirmed'), compensated: checkout?.status === 'compensated', told };
    }),
  );
  expect(ends.filter(({ announced, compensated }) => announced && compensated)).toEqual([]);
  expect(ends.map(({ told }) => told.at(-1))).toEqual(orders.map(() => 'OrderCancelled'));
  expect(await mesh.pieces(tent)).toEqual({ free: 100, reserved: 0, sold: 0 });
});

test('an order that is cancelled while its payment is set aside is never announced', async () => {
  const { payments } = mesh.neighbours;
  instead = {
    payments: {
      async authorize(request) {
        const authorized = await payments.authorize(request);
        await shopper.cancel(request.orderId);
        return authorized;
      },
    },
  };
  const { id } = await shopper.place(await mesh.stocked(1));
  await mesh.settles(id, 'compensated');
  expect(await mesh.told(id)).toEqual(['OrderPlaced', 'OrderCancelled']);
  expect(await mesh.charges(id)).toMatchObject([{ state: 'VOIDED' }]);
});
