/** What customers notice of payments that are slow, and of payments that give no answer at all. */
import assert from 'node:assert/strict';
import type { Shop } from '../e2e/shop.fixture.ts';
import { flagged } from './operator-words.ts';
import { AT_A_TIME, inPaymentShop, RETRY_SECONDS } from './payment-shop.ts';
import { sampled } from './samples.ts';
import { type Section, secondsSince, tableOf } from './section.ts';
import { wrongInBooks } from './settled-books.ts';

export function slowPayments(orders = 200): Promise<Section> {
  return inPaymentShop(async (shop, customer) => {
    await customer.confirmed((await customer.order(orders)).ids);
    const bought = async () => {
      const before = await authorizations(shop);
      const { ids, p50 } = await customer.order(orders);
      const sold = await customer.confirmed(ids);
      const after = await authorizations(shop);
      const mean = (after.seconds - before.seconds) / (after.count - before.count);
      return { p50, sold, seconds: mean.toFixed(2) };
    };
    const usual = await bought();
    const mend = await flagged(shop, ['PaymentsService/AuthorizePayment', '--delay', '2s']);
    const slow = await bought().finally(mend);
    const violations = await wrongInBooks(shop.mesh.record);
    return {
      title: 'Payments two seconds slower',
      lines: [
        `AuthorizePayment answers 2 s later than it would (a live fault flag); ${orders} orders each way, ${AT_A_TIME} at a time, after as many to warm up.`,
        '',
        ...tableOf(
          ['AuthorizePayment', 'its mean in s', 'p50 of PlaceOrder in ms', 'confirmed'],
          [
            ['as ever', usual.seconds, usual.p50, usual.sold],
            ['+ 2 s', slow.seconds, slow.p50, slow.sold],
          ],
        ),
      ],
      problems: [...unconfirmed(usual.sold + slow.sold, 2 * orders), ...violations],
    };
  });
}

/** What payments itself has counted of the calls it answered. */
async function authorizations({ mesh }: Shop): Promise<{ count: number; seconds: number }> {
  const labels = { rpc: 'tradewind.payments.v1.PaymentsService/AuthorizePayment', code: 'OK' };
  const figure = (of: string) =>
    sampled(mesh.record.services.payments ?? [], `tradewind_rpc_server_duration_seconds_${of}`, labels);
  return { count: await figure('count'), seconds: await figure('sum') };
}

export function paymentsAway(orders = 100): Promise<Section> {
  return inPaymentShop(async (shop, customer) => {
    const [instance, other] = shop.mesh.record.services.payments ?? [];
    assert.ok(instance && !other, 'there is not one process of payments');
    process.kill(instance.pid, 'SIGSTOP');
    const begin = performance.now();
    const placed = await customer
      .order(orders)
      .then(async ({ ids, p50 }) => ({ ids, p50, putOff: await customer.putOff(ids) }))
      .finally(() => process.kill(instance.pid, 'SIGCONT'));
    const away = secondsSince(begin);
    const back = performance.now();
    const sold = await customer.confirmed(placed.ids);
    const seconds = secondsSince(back);
    const violations = await wrongInBooks(shop.mesh.record);
    return {
      title: 'Payments away',
      lines: [
        `The only process of payments is frozen (SIGSTOP: it keeps its connections and answers nothing) for ${away} s, while ${orders} orders are placed, ${AT_A_TIME} at a time, and then until the payments of all are put off, two minutes at most; then it goes on. Payments that failed are tried again after ${RETRY_SECONDS} s here (PAYMENT_RETRY_SECONDS), after 300 s by default; and a circuit to payments that has opened lets nothing through for a minute.`,
        '',
        ...tableOf(
          [
            'orders accepted meanwhile',
            'stock reserved, payment put off',
            'p50 of PlaceOrder in ms',
            'confirmed later',
            'seconds until then',
          ],
          [[placed.ids.length, placed.putOff, placed.p50, sold, seconds]],
        ),
      ],
      problems: [...unconfirmed(sold, orders), ...violations],
    };
  });
}

const unconfirmed = (sold: number, orders: number) => (sold === orders ? [] : [`${orders - sold} were not confirmed`]);
