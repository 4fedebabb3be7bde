/** What inventory's callers and readers take for given in their pacts. */
import { newId } from '#chassis/ids.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { stockEvents } from '../events/publish.ts';
import { inventory } from '../inventory.ts';
import { stockStore } from '../store/stock-store.ts';

const wish = { requestId: ids.request, orderId: ids.order };

export const inventoryProvider: PactProvider = {
  definition: inventory,
  states({ client, db }) {
    const receive = async (delta: bigint) => {
      const user = { id: newId(), roles: ['MERCHANT'] };
      const merchant = await client(InventoryService, { service: 'gateway', user });
      await merchant.adjustStock({ requestId: newId(), productId: ids.product, warehouse: 'main', delta });
    };
    const orders = () => client(InventoryService, { service: 'orders' });
    const reserve = async () => {
      await receive(10n);
      const { reservation } = await (await orders()).reserveStock({
        ...wish,
        lines: [{ productId: ids.product, quantity: 2n }],
      });
      return { reservation: reservation?.id ?? '' };
    };
    const release = async () => {
      await (await orders()).releaseReservation({ reserveRequestId: wish.requestId, orderId: wish.orderId });
    };
    return {
      'a product with 10 pieces': async () => receive(10n),
      'a product with 1 piece': async () => receive(1n),
      'a product with 10 pieces, 2 of them reserved': reserve,
      'a reservation': reserve,
      async 'a reservation released before it was made'() {
        await receive(10n);
        await release();
      },
      async 'a reservation released'() {
        const made = await reserve();
        await release();
        return made;
      },
      async 'a reservation expired, with its stock gone'() {
        const made = await reserve();
        await db.sql`update reservation set expire_time = now()`;
        await stockStore(db, stockEvents).expire(10);
        await receive(-10n);
        return made;
      },
    };
  },
};
