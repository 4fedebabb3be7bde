/** A card network to develop and test against, behind the same port as a real one. It keeps its own books in schema `sandbox`. */
import { setTimeout as pause } from 'node:timers/promises';
import { type PaymentProvider, type ProviderAnswer, ProviderUnavailable } from '../app/ports.ts';
import { decimalOf } from '../domain/decimal.ts';
import { UNKNOWN_TOKEN } from '../domain/payment.ts';
import { cardOf } from './cards.ts';
import type { LedgerCharge, SandboxLedger } from './ledger.ts';

export function sandboxProvider(ledger: SandboxLedger, options: { slowMs: number }): PaymentProvider {
  let listener: (key: string, answer: ProviderAnswer) => Promise<void> = async () => {};

  return {
    async authorize({ key, nanos, currency, token }) {
      const card = cardOf(token);
      if (!card) return { state: 'DECLINED', declineCode: UNKNOWN_TOKEN };
      if (card.failingTries !== undefined && (await ledger.countTry(key)) <= card.failingTries)
        throw new ProviderUnavailable('The sandbox fails for this card');
      const amount = decimalOf(nanos);
      const entered = await ledger.charge({ key, amount, currency, declineCode: card.declines ?? '' });
      if (card.slow && entered) await pause(options.slowMs);
      if (card.loses && entered) throw new ProviderUnavailable('The sandbox lost its answer');
      const charge = entered ?? (await ledger.find(key));
      if (!charge) throw new ProviderUnavailable('The sandbox lost the charge');
      const answer = answerOf(charge);
      if (card.duplicates) await Promise.all([listener(key, answer), listener(key, answer)]);
      return answer;
    },

    async find(key) {
      const charge = await ledger.find(key);
      return charge && answerOf(charge);
    },

    async capture(key) {
      const state = await ledger.capture(key);
      if (state === 'CAPTURED' || state === 'VOIDED') return state;
      throw new ProviderUnavailable(`The sandbox has nothing to capture for ${key}`);
    },

    async void(key) {
      const state = await ledger.void(key);
      return state === 'VOIDED' || state === 'CAPTURED' ? state : 'NOTHING';
    },

    async refund({ key, chargeKey, nanos }) {
      await ledger.refund({ key, chargeKey, amount: decimalOf(nanos) });
    },

    onReport(report) {
      listener = report;
    },
  };
}

function answerOf({ state, decline_code: declineCode }: LedgerCharge): ProviderAnswer {
  return state === 'DECLINED' ? { state, declineCode } : { state };
}
