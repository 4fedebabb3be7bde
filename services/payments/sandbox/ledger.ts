/** The sandbox's own books: what the card network would know. Each function is one statement, so a crash leaves them whole. */
import type { Database } from '#chassis/db/connect.ts';
import type { ProviderAnswer } from '../app/ports.ts';

export interface LedgerCharge {
  key: string;
  state: ProviderAnswer['state'];
  decline_code: string;
}

export function sandboxLedger({ sql }: Database) {
  async function find(key: string): Promise<LedgerCharge | undefined> {
    const [row] = await sql<LedgerCharge[]>`select key, state, decline_code from sandbox.charge where key = ${key}`;
    return row;
  }

  return {
    find,

    /** Counts a try of a key and says which it is, from 1. */
    async countTry(key: string): Promise<number> {
      const [row] = await sql<{ tries: number }[]>`
        insert into sandbox.attempt (key, tries) values (${key}, 1)
        on conflict (key) do update set tries = attempt.tries + 1 returning tries`;
      return row?.tries ?? 1;
    },

    /** Enters a charge unless the key has one; answers the charge when this call entered it. */
    async charge(wish: {
      key: string;
      amount: string;
      currency: string;
      declineCode: string;
    }): Promise<LedgerCharge | undefined> {
      const { key, amount, currency, declineCode } = wish;
      const [row] = await sql<LedgerCharge[]>`
        insert into sandbox.charge (key, amount, currency, state, decline_code)
        values (${key}, ${amount}, ${currency}, ${declineCode ? 'DECLINED' : 'AUTHORIZED'}, ${declineCode})
        on conflict do nothing
        returning key, state, decline_code`;
      return row;
    },

    /** Takes a charge unless it was decided before; answers its state, if there is such a charge. */
    async capture(key: string): Promise<LedgerCharge['state'] | undefined> {
      const [row] = await sql<LedgerCharge[]>`
        update sandbox.charge set state = 'CAPTURED', captured = amount where key = ${key} and state = 'AUTHORIZED' returning state`;
      return (row ?? (await find(key)))?.state;
    },

    /** Gives a charge up unless it was decided before; answers its state, if there is such a charge. */
    async void(key: string): Promise<LedgerCharge['state'] | undefined> {
      const [row] = await sql<LedgerCharge[]>`
        update sandbox.charge set state = 'VOIDED' where key = ${key} and state = 'AUTHORIZED' returning state`;
      return (row ?? (await find(key)))?.state;
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
