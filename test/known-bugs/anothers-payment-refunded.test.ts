/** Known of checkouts whose compensation looks up the payment by its order or shopper: a run that failed gives back the money of another run that succeeded. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { reasonOfCall } from '../../services/payments/harness.ts';
import { type Mesh, openMesh } from './mesh.fixture.ts';

/** Orders whose shopper changes their mind just after the payment is set aside. */
const doomed = new Set<string>();
let mesh: Mesh;
let shopper: Awaited<ReturnType<Mesh['shopper']>>;

beforeAll(async () => {
  mesh = await openMesh({
    neighbours: ({ payments }) => ({
      payments: {
        ...payments,
        async authorize(request) {
          const authorized = await payments.authorize(request);
          if (request.paymentToken === 'tok_mastercard') {
            doomed.add(request.orderId);
            await shopper.cancel(request.orderId);
          }
          return authorized;
        },
      },
    }),
  });
  shopper = await mesh.shopper();
});
afterAll(() => mesh.close());

test('a checkout that is undone leaves the payments of the same shopper, made at the same time for the same product, alone', async () => {
  const tent = await mesh.stocked(100);
  const tokens = Array.from({ length: 20 }, (_, index) => (index % 2 ? 'tok_visa' : 'tok_mastercard'));
  const orders = await Promise.all(tokens.map((token) => shopper.place(tent, token)));
  const ends = await Promise.all(
    orders.map(async ({ id }, index) => {
      await mesh.settles(id, index % 2 ? 'completed' : 'compensated');
      const [charge] = await mesh.charges(id);
      return [await shopper.stateOf(id), charge?.state, Number(charge?.refunded)];
    }),
  );
  expect(doomed.size).toBe(10);
  expect(ends.filter((_, index) => index % 2)).toEqual(Array.from({ length: 10 }, () => ['CONFIRMED', 'CAPTURED', 0]));
  expect(ends.filter((_, index) => index % 2 === 0)).toEqual(
    Array.from({ length: 10 }, () => ['CANCELLED', 'VOIDED', 0]),
  );
});

test('a run that gives up its own payment of an order leaves the one that another run made for the same order', async () => {
  const orderId = newId();
  const wish = { orderId, nanos: 1_000_000_000n, currency: 'EUR' };
  const [failed, silent, paying] = [newId(), newId(), newId()];
  await reasonOfCall(mesh.money.authorize({ ...wish, requestId: failed, token: 'tok_declined' }));
  const { id } = await mesh.money.authorize({ ...wish, requestId: paying, token: 'tok_visa' });
  await Promise.all([mesh.money.void(failed, orderId), mesh.money.capture(id), mesh.money.void(silent, orderId)]);
  expect(await mesh.money.get(orderId)).toMatchObject({ id, state: 'CAPTURED', refundedNanos: 0n });
});
