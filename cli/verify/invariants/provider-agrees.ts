import type { Transaction } from '#chassis/db/transaction.ts';
import type { Invariant, Violation } from '../invariant.ts';
import { hasProviderBooks } from '../provider-books.ts';

/** What the provider may say of a payment in each state; null when it never heard of it. */
const AGREES: Record<string, readonly (string | null)[]> = {
  PENDING: [null, 'AUTHORIZED', 'DECLINED', 'VOIDED'],
  AUTHORIZED: ['AUTHORIZED'],
  CAPTURED: ['CAPTURED'],
  REFUNDED: ['CAPTURED'],
  DECLINED: ['DECLINED', null],
  VOIDED: ['VOIDED', 'DECLINED', null],
};

interface Pair {
  id: string;
  order_id: string;
  state: string;
  charge: string | null;
  amounts_differ: boolean;
  money_differs: boolean;
  refunds_differ: boolean;
}

/** Compares payments with the books of the provider, charge by charge and refund by refund. */
export const providerAgrees: Invariant = {
  claim: 'Every payment and refund is in the books of the payment provider as payments has it',
  look: (mesh) =>
    mesh.read('payments', async (sql) => {
      if (!(await hasProviderBooks(sql))) return { checked: 0, violations: [] };
      const pairs = await sql<Pair[]>`
        select id, order_id, payment.state, charge.state as charge,
          charge.key is not null and (charge.amount, charge.currency) is distinct from (payment.amount, payment.currency) as amounts_differ,
          charge.key is not null and (charge.captured, charge.refunded) <> (payment.captured, payment.refunded) as money_differs,
          refunded_in_rows is distinct from payment.refunded as refunds_differ
        from payment left join sandbox.charge on key = provider_key
        cross join lateral (
          select coalesce(sum(refund.amount), 0) as refunded_in_rows from refund where payment_id = payment.id and state = 'DONE'
        ) as done`;
      return { checked: pairs.length, violations: [...pairs.flatMap(disagreements), ...(await strayRefunds(sql))] };
    }),
};

function disagreements(pair: Pair): Violation[] {
  const about = `payment ${pair.id}`;
  const problem = problemOf(pair);
  return problem ? [{ about, problem: `of order ${pair.order_id} ${problem}` }] : [];
}

function problemOf({ state, charge, amounts_differ, money_differs, refunds_differ }: Pair): string | undefined {
  if (!AGREES[state]?.includes(charge)) return `is ${state}, the provider has it ${charge ?? 'not at all'}`;
  if (amounts_differ) return 'has another amount or currency than the provider';
  if (money_differs) return 'counts other money taken or given back than the provider';
  if (refunds_differ) return 'counts other money given back than its refunds';
  return undefined;
}

async function strayRefunds(sql: Transaction): Promise<Violation[]> {
  const rows = await sql<{ id: string; known: boolean; entered: boolean }[]>`
    select coalesce(ours.id, theirs.key) as id, ours.id is not null as known, theirs.key is not null as entered
    from refund ours full join sandbox.refund theirs on theirs.key = ours.id
    where ours.id is null or (theirs.key is null and ours.state = 'DONE') or theirs.amount <> ours.amount`;
  return rows.map(({ id, known, entered }) => {
    if (!known) return { about: `refund ${id}`, problem: 'is in the books of the provider only' };
    return {
      about: `refund ${id}`,
      problem: entered ? 'has another amount than the provider' : 'never reached the provider',
    };
  });
}
