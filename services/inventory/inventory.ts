/** The composition root of inventory: ties stores, RPCs and housekeeping together. */
import { implement } from '#chassis/rpc/implementation.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { inventoryConfig } from './config.ts';
import { inventoryErrors } from './errors.ts';
import { stockEvents } from './events/publish.ts';
import { inventoryRpc } from './rpc/inventory-rpc.ts';
import { stockStore } from './store/stock-store.ts';
import { startSweeper } from './sweeper.ts';

export const inventoryMigrations = new URL('./store/migrations/', import.meta.url);

export const inventory: ServiceDefinition<typeof inventoryConfig> = {
  name: 'inventory',
  config: inventoryConfig,
  migrations: inventoryMigrations,
  errors: inventoryErrors,
  build({ config, db, log }) {
    const store = stockStore(db, stockEvents);
    const sweeper = (what: string, sweep: (limit: number) => Promise<number>) => ({
      name: what,
      start: () => startSweeper(sweep, { everyMs: config.SWEEP_INTERVAL_MS, log, what }),
    });
    return {
      routes: [implement(InventoryService, inventoryRpc(store, config.RESERVATION_TTL_SECONDS))],
      background: [
        sweeper('expiry of reservations', store.expire),
        sweeper('announcement of low stock', store.announceLowStock),
      ],
    };
  },
};
