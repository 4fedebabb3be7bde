import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultCatalogue } from './fault-catalogue.ts';
import { faultProofs } from './fault-proofs.ts';
import { type FaultyShop, openFaultyShop } from './faulty-shop.ts';
import { proveFault } from './prove-fault.ts';

const LIMIT_MS = 80_000;

let shop: FaultyShop;
beforeAll(async () => {
  shop = await openFaultyShop();
}, 120_000);
afterAll(() => shop?.close(), LIMIT_MS);

test('every fault has a proof, and every proof a fault', () => {
  const names = faultCatalogue.map(({ name }) => name);
  expect(Object.keys(faultProofs).toSorted()).toEqual(names.toSorted());
});

test.each(faultCatalogue.filter(({ when }) => when === 'test'))(
  '$name: the symptom shows and the metric tells',
  { timeout: LIMIT_MS },
  async (fault) => {
    await proveFault(shop, fault);
  },
);
