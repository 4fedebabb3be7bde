import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { EUR, type OpenPayments, openPayments, reasonOfCall } from './harness.ts';
import { CARDS } from './sandbox/cards.ts';

/** What payments promises for one order, without a database, a provider or a crash. */
interface Model {
  requests: Map<number, 'tombstone' | 'PENDING' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'VOIDED' | 'REFUNDED'>;
  tries: Map<number, number>;
  refunded: bigint;
  refunds: Map<number, bigint>;
}

type Token = keyof typeof CARDS;
type Operation =
  | { kind: 'authorize' | 'void'; request: number }
  | { kind: 'capture' }
  | { kind: 'refund'; request: number; euros: bigint }
  | { kind: 'recover' };

const request = fc.nat({ max: 1 });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('authorize' as const, 'void' as const), request }),
  fc.record({ kind: fc.constant('authorize' as const), request }),
  fc.record({ kind: fc.constant('capture' as const) }),
  fc.record({ kind: fc.constant('refund' as const), request, euros: fc.bigInt({ min: 1n, max: 11n }) }),
  fc.record({ kind: fc.constant('recover' as const) }),
);
const tokens = fc.tuple(...[0, 1].map(() => fc.constantFrom(...(Object.keys(CARDS) as Token[]))));
const LIVE = ['PENDING', 'AUTHORIZED', 'CAPTURED', 'VOIDED', 'REFUNDED'];

/** What the provider says to the next try of a request. */
function providerSays(model: Model, index: number, token: Token): 'AUTHORIZED' | 'DECLINED' | 'silence' {
  const tries = (model.tries.get(index) ?? 0) + 1;
  model.tries.set(index, tries);
  if (token === 'tok_declined' || token === 'tok_insufficient_funds') return 'DECLINED';
  if (token === 'tok_error' || (token === 'tok_flaky' && tries < 3)) return 'silence';
  return token === 'tok_lost_answer' && tries === 1 ? 'silence' : 'AUTHORIZED';
}

function authorizeInModel(model: Model, index: number, token: Token): string {
  const state = model.requests.get(index);
  const other = [...model.requests].find(([key, value]) => key !== index && LIVE.includes(value));
  if (state === 'tombstone' || state === 'VOIDED') return 'WRONG_STATE';
  if (state === undefined && other) return 'ORDER_ALREADY_PAID';
  if (state === 'DECLINED') return 'CARD_DECLINED';
  if (state !== undefined && state !== 'PENDING') return 'done';
  const answer = providerSays(model, index, token);
  model.requests.set(index, answer === 'silence' ? 'PENDING' : answer);
  return { AUTHORIZED: 'done', DECLINED: 'CARD_DECLINED', silence: 'PROVIDER_UNAVAILABLE' }[answer];
}

function voidInModel(model: Model, index: number): string {
  const state = model.requests.get(index);
  if (state === 'CAPTURED' || state === 'REFUNDED') return 'WRONG_STATE';
  if (state === undefined) model.requests.set(index, 'tombstone');
  if (state === 'PENDING' || state === 'AUTHORIZED') model.requests.set(index, 'VOIDED');
  return 'done';
}

/** The payment of the order that is not declined. */
function counting(model: Model): [number, string] | undefined {
  return [...model.requests].find(([, state]) => LIVE.includes(state));
}

function captureInModel(model: Model): string {
  const [index, state] = counting(model) ?? [];
  if (index === undefined || state === undefined) return 'none';
  if (state === 'CAPTURED' || state === 'REFUNDED') return 'done';
  if (state !== 'AUTHORIZED') return 'WRONG_STATE';
  model.requests.set(index, 'CAPTURED');
  return 'done';
}

function refundInModel(model: Model, index: number, euros: bigint): string {
  const [payment, state] = counting(model) ?? [];
  if (payment === undefined) return 'none';
  const before = model.refunds.get(index);
  if (before !== undefined) return before === euros ? 'done' : 'REQUEST_ID_REUSED';
  if (state !== 'CAPTURED') return 'WRONG_STATE';
  if (model.refunded + euros > 10n) return 'REFUND_TOO_LARGE';
  model.refunded += euros;
  model.refunds.set(index, euros);
  if (model.refunded === 10n) model.requests.set(payment, 'REFUNDED');
  return 'done';
}

/** The sweeper learns of charges whose answer was lost. */
function recoverInModel(model: Model, cards: readonly Token[]): string {
  for (const [index, state] of model.requests)
    if (state === 'PENDING' && cards[index] === 'tok_lost_answer') model.requests.set(index, 'AUTHORIZED');
  return 'done';
}

let payments: OpenPayments;
beforeAll(async () => {
  payments = await openPayments();
});
afterAll(() => payments.db.drop());

test('whatever is asked in whatever order, payments answers as its model does and the provider holds the same money', async () => {
  await fc.assert(
    fc.asyncProperty(tokens, fc.array(operation, { maxLength: 14 }), async (cards, operations) => {
      const model: Model = { requests: new Map(), tries: new Map(), refunded: 0n, refunds: new Map() };
      const orderId = newId();
      const ids = [newId(), newId()];
      const refundIds = [newId(), newId()];
      const idOf = (all: string[], index: number) => all[index] ?? '';
      const paymentId = async () => (await payments.get(orderId)).id;

      const real = async (each: Operation): Promise<string> => {
        switch (each.kind) {
          case 'authorize': {
            const requestId = idOf(ids, each.request);
            const token = cards[each.request] ?? '';
            return reasonOfCall(payments.authorize({ requestId, orderId, nanos: 10n * EUR, currency: 'EUR', token }));
          }
          case 'void':
            return reasonOfCall(payments.void(idOf(ids, each.request), orderId));
          case 'capture':
            return counting(model) ? reasonOfCall(payments.capture(await paymentId())) : 'none';
          case 'refund': {
            if (!counting(model)) return 'none';
            const amount = { nanos: each.euros * EUR, currency: 'EUR' };
            const wish = {
              requestId: idOf(refundIds, each.request),
              paymentId: await paymentId(),
              amount,
              reason: 'x',
            };
            return reasonOfCall(payments.refund(wish));
          }
          case 'recover':
            await payments.recoverNow();
            return 'done';
        }
      };
      const modelled = (each: Operation): string => {
        switch (each.kind) {
          case 'authorize':
            return authorizeInModel(model, each.request, cards[each.request] ?? 'tok_visa');
          case 'void':
            return voidInModel(model, each.request);
          case 'capture':
            return captureInModel(model);
          case 'refund':
            return refundInModel(model, each.request, each.euros);
          case 'recover':
            return recoverInModel(model, cards);
        }
      };

      for (const each of operations) {
        const answer = await real(each);
        expect(answer, fc.stringify(each)).toBe(modelled(each));
      }
      const charges = await payments.charges(orderId);
      const held = charges.filter(({ state }) => state === 'AUTHORIZED' || state === 'CAPTURED');
      const live = counting(model)?.[1];
      const mayHold = live !== undefined && live !== 'VOIDED';
      expect(held.length).toBeLessThanOrEqual(mayHold ? 1 : 0);
      expect(held.filter(({ state }) => state === 'CAPTURED')).toHaveLength(
        live === 'CAPTURED' || live === 'REFUNDED' ? 1 : 0,
      );
      expect(held.reduce((sum, { refunded }) => sum + Number(refunded), 0)).toBe(Number(model.refunded));
    }),
    { numRuns: 150 },
  );
});
