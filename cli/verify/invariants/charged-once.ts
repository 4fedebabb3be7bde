import type { Invariant } from '../invariant.ts';
import { hasProviderBooks } from '../provider-books.ts';

interface Charges {
  order_id: string | null;
  keys: string[];
}

/** Looks into the provider's own books, because only they know what a shopper's bank account does. */
export const chargedOnce: Invariant = {
  claim: 'No order is charged twice in the books of the payment provider',
  look: (mesh) =>
    mesh.read('payments', async (sql) => {
      if (!(await hasProviderBooks(sql))) return { checked: 0, violations: [] };
      const rows = await sql<Charges[]>`
        select order_id, array_agg(key::text order by key) as keys
        from sandbox.charge left join payment on provider_key = key
        where charge.state in ('AUTHORIZED', 'CAPTURED') group by order_id`;
      const wrong = rows.filter(({ order_id: orderId, keys }) => orderId === null || keys.length > 1);
      return {
        checked: rows.length,
        violations: wrong.map(({ order_id: orderId, keys }) =>
          orderId === null
            ? { about: `charges ${keys.join(', ')}`, problem: 'belong to no payment' }
            : { about: `order ${orderId}`, problem: `is charged ${keys.length} times: ${keys.join(', ')}` },
        ),
      };
    }),
};
