/** The sandbox's own books: what the card network would know. Each function is one statement, so a crash leaves them whole. */
import type { Database } from '#chassis/db/connect.ts';
import type { ProviderAnswer } from '../app/ports.ts';

export interface LedgerCharge {
  key: string;
  state: ProviderAnswer['state'];
  decline_code: string;
}

export function sandboxLedger({ sql }: Database) {
  return {
    async find(key: string): Promise<LedgerCharge | undefined> {
      const [row] = await sql<LedgerCharge[]>`select key, state, decline_code from sandbox.charge where key = ${key}`;
      return row;
    },

    /** Counts a try of a key and says which it is, from 1. */
    async countTry(key: string): Promise<number> {
      const [row] = await sql<{ tries: number }[]>`
        insert into sandbox.attempt (key, tries) values (${key}, 1)
        on conflict (key) do update set tries = attempt.tries + 1 returning tries`;
      return row?.tries ?? 1;
    },

    /** Enters a charge unless the key has one. True when this call entered it. */
    async charge(charge: { key: string; amount: string; currency: string; declineCode: string }): Promise<boolean> {
      const entered = await sql`
        insert into sandbox.charge (key, amount, currency, state, decline_code)
        values (${charge.key}, ${charge.amount}, ${charge.currency}, ${charge.declineCode ? 'DECLINED' : 'AUTHORIZED'}, ${charge.declineCode})
        on conflict do nothing`;
      return entered.count === 1;
    },

    async capture(key: string): Promise<void> {
      await sql`update sandbox.charge set state = 'CAPTURED', captured = amount where key = ${key} and state = 'AUTHORIZED'`;
    },

    async void(key: string): Promise<void> {
      await sql`update sandbox.charge set state = 'VOIDED' where key = ${key} and state = 'AUTHORIZED'`;
    },

    async refund(refund: { key: string; chargeKey: string; amount: string }): Promise<void> {
      await sql`
        with entered as (
          insert into sandbox.refund (key, charge_key, amount) values (${refund.key}, ${refund.chargeKey}, ${refund.amount})
          on conflict do nothing returning *
        )
        update sandbox.charge set refunded = refunded + entered.amount from entered where charge.key = entered.charge_key`;
    },
  };
}

export type SandboxLedger = ReturnType<typeof sandboxLedger>;
