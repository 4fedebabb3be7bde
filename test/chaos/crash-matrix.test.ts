import { expect, test } from 'vitest';
import { streamPlanOf } from '#chassis/events/streams.ts';
import { services } from '#chassis/local/topology.ts';
import { crashCases } from './crash-cases.ts';
import { runCrashMatrix } from './crash-matrix.ts';

const LIMIT_MS = 240_000;
/** Two steps of the saga, a relay, a consumer and two participants; `npm run chaos` takes the whole matrix. */
const ONE_OF_EACH_KIND = [
  'saga:checkout/confirm order:after',
  'saga:checkout/capture payment:before',
  'relay:orders:published',
  'consumer:notifications-address-book:handled',
  'rpc:tradewind.inventory.v1.InventoryService/ReserveStock:answer',
  'rpc:tradewind.payments.v1.PaymentsService/AuthorizePayment:answer',
];

test('no point is named twice', () => {
  expect(new Set(crashCases.map(({ point }) => point)).size).toBe(crashCases.length);
});

test('every step and compensation of the checkout has its points', () => {
  const points = crashCases.map(({ point }) => point);
  const steps = ['reserve stock', 'authorize payment', 'confirm order', 'commit stock', 'capture payment'];
  const undos = ['undo authorize payment', 'undo reserve stock', 'undo conclusion'];
  const wanted = [...steps, 'create shipment', ...undos].flatMap((step) =>
    ['before', 'after', 'stored'].map((moment) => `saga:checkout/${step}:${moment}`),
  );
  expect(points).toEqual(expect.arrayContaining(wanted));
});

test('all that is published has the point between publication and mark', async () => {
  const plans = await Promise.all(services.map(async ({ name }) => ((await streamPlanOf(name)) ? [name] : [])));
  const wanted = [...plans.flat(), 'identity-revocations'].map((name) => `relay:${name}:published`);
  const relays = crashCases.map(({ point }) => point).filter((point) => point.startsWith('relay:'));
  expect(relays.toSorted()).toEqual(wanted.toSorted());
});

test('a process killed at a point of each kind comes back and every order ends as it must', {
  timeout: LIMIT_MS,
}, async () => {
  const chosen = crashCases.filter(({ point }) => ONE_OF_EACH_KIND.includes(point));
  const { crashes, problems } = await runCrashMatrix(chosen);
  expect(problems).toEqual([]);
  expect(crashes).toBe(ONE_OF_EACH_KIND.length);
});
