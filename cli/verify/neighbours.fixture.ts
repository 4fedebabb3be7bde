/** What orders asks of the other services, answered by their own use cases on their own databases, without a network between. */
import type { Database } from '#chassis/db/connect.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { nanosOf } from '#chassis/money.ts';
import { stockEvents } from '../../services/inventory/events/publish.ts';
import { stockStore } from '../../services/inventory/store/stock-store.ts';
import type { CatalogProduct, Inventory, Payments, Shipping } from '../../services/orders/app/ports.ts';
import { buildPayments } from '../../services/payments/payments.ts';
import { sandboxLedger } from '../../services/payments/sandbox/ledger.ts';
import { sandboxProvider } from '../../services/payments/sandbox/sandbox-provider.ts';
import { buildShipping } from '../../services/shipping/shipping.ts';

const HOLD_SECONDS = 900;

export function neighbours(db: { inventory: Database; payments: Database; shipping: Database }) {
  const stock = stockStore(db.inventory, stockEvents);
  const money = buildPayments(db.payments, sandboxProvider(sandboxLedger(db.payments), { slowMs: 0 }), 60);
  const parcels = buildShipping(db.shipping);
  const products = new Map<string, CatalogProduct>();

  const inventory: Inventory = {
    async reserve({ requestId, orderId, lines }) {
      const wish = {
        ...{ requestId, orderId, requestHash: Buffer.from(requestId) },
        lines: lines.map(({ productId, quantity }) => ({ productId, quantity: BigInt(quantity) })),
      };
      const outcome = await stock.reserve(wish, HOLD_SECONDS);
      if (outcome.kind === 'short') {
        const available = [...outcome.available].map(([id, pieces]) => [id, Number(pieces)] as const);
        return { outcome: 'short', available: new Map(available) };
      }
      return { outcome: 'reserved', reservationId: outcome.reservation.id, endsAt: outcome.reservation.expireTime };
    },
    async commit(reservationId) {
      await stock.commit(reservationId);
      return { outcome: 'committed' };
    },
    async release({ requestId, orderId }) {
      await stock.release(requestId, orderId);
    },
  };

  const payments: Payments = {
    async authorize({ requestId, orderId, amount, paymentToken }) {
      const nanos = nanosOf({ units: BigInt(amount.units), nanos: amount.nanos });
      try {
        const { id } = await money.authorize({
          requestId,
          orderId,
          nanos,
          currency: amount.currency,
          token: paymentToken,
        });
        return { outcome: 'authorized', paymentId: id };
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return { outcome: error.reason === 'CARD_DECLINED' ? 'declined' : 'unavailable' };
      }
    },
    async capture(paymentId) {
      await money.capture(paymentId);
    },
    async void({ requestId, orderId }) {
      await money.void(requestId, orderId);
    },
    async refund({ requestId, paymentId, reason }) {
      await money.refund({ requestId, paymentId, reason, amount: undefined });
    },
    async progress(orderId) {
      const { id, state } = await money.get(orderId);
      return { paymentId: id, stage: state === 'CAPTURED' ? 'captured' : 'authorized' };
    },
  };

  const shipping: Shipping = {
    problems: async () => [],
    async create({ requestId, orderId, address, weightGrams }) {
      const wish = { requestId, requestHash: requestId, orderId, address, weightGrams: BigInt(weightGrams) };
      return { outcome: 'created', shipmentId: (await parcels.create(wish)).id };
    },
    async cancel({ requestId, orderId }) {
      await parcels.cancel(requestId, orderId);
      return { outcome: 'cancelled' };
    },
  };

  return {
    inventory,
    payments,
    shipping,
    products,
    carrier: parcels.carrier,
    /** A new product with so many pieces on hand. */
    async stocked(pieces: number, backorderable = false): Promise<string> {
      const id = newId();
      const price = { units: '10', nanos: 500_000_000, currency: 'EUR' };
      products.set(id, { id, title: 'Trail tent', price, weightGrams: 900, backorderable, published: true });
      const receipt = { requestId: newId(), requestHash: Buffer.from(id), productId: id, warehouse: 'main' };
      await stock.adjust({ ...receipt, delta: BigInt(pieces), lowThreshold: undefined });
      return id;
    },
  };
}
