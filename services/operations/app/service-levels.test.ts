import { expect, test } from 'vitest';
import type { InstanceAnswer } from '#chassis/introspection/answer.ts';
import { PromiseState } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { instanceTold } from './growth.fixture.ts';
import { serviceLevels } from './service-levels.ts';

const QUOTE = 'tradewind.shipping.v1.ShippingService/QuoteShipping';
const WATCH = 'tradewind.inventory.v1.InventoryService/WatchStock';

/** The level of an RPC after rounds of 15 seconds; the first is only what the others are compared with. */
function levelAfter(rpc: string, ...rounds: InstanceAnswer[][]) {
  const levels = serviceLevels();
  const begin = Date.now();
  const told = rounds.map((answers, at) => ({ time: begin + at * 15_000, answers }));
  told.slice(1).forEach((after, at) => void levels.add({ before: told[at] ?? after, after }));
  return levels.list('', true).find((each) => each.rpc === rpc);
}

const still = instanceTold('gateway', {});
const well = instanceTold('shipping', {});

test('calls of a service that is gone have failed, as its callers tell', () => {
  const waited = instanceTold('gateway', { made: [[QUOTE, 'DEADLINE_EXCEEDED', 4, 2000]] });
  const refused = instanceTold('gateway', {
    made: [
      [QUOTE, 'DEADLINE_EXCEEDED', 4, 2000],
      [QUOTE, 'UNAVAILABLE', 4, 1],
    ],
    unreached: { [QUOTE]: 4 },
  });
  const level = levelAfter(QUOTE, [still, well], [waited], [refused]);
  expect(level).toMatchObject({ calls: 8n, errors: 8n, availabilityPercent: 0, met: false });
});

test('a failure that the service noted itself is not taken from its callers again', () => {
  const ended = [
    [QUOTE, 'OK', 90, 5],
    [QUOTE, 'DEADLINE_EXCEEDED', 6, 2000],
    [QUOTE, 'UNAVAILABLE', 4, 5],
  ] as const;
  const level = levelAfter(
    QUOTE,
    [still, well],
    [instanceTold('gateway', { made: ended, served: ended }), instanceTold('shipping', { served: ended })],
  );
  expect(level).toMatchObject({ calls: 100n, errors: 10n, promise: PromiseState.BROKEN });
});

test('two failures of seven calls are told, and no ground to call the promise broken', () => {
  const served = [
    [QUOTE, 'OK', 5, 5],
    [QUOTE, 'INTERNAL', 2, 5],
  ] as const;
  const level = levelAfter(QUOTE, [well], [instanceTold('shipping', { served })]);
  expect(level).toMatchObject({ calls: 7n, errors: 2n, promise: PromiseState.TOO_FEW_CALLS });
});

test('a stream promises nothing of time, and none is told', () => {
  const served = [[WATCH, 'OK', 100, 9000]] as const;
  const level = levelAfter(WATCH, [instanceTold('inventory', {})], [instanceTold('inventory', { served })]);
  expect(level).toMatchObject({ calls: 100n, p95Ms: 0, targetP95Ms: 0, promise: PromiseState.KEPT });
});
