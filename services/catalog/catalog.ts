/** The composition root of catalog: ties store, use cases and RPCs together. */
import { startPruning } from '#chassis/db/prune.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { catalogConfig } from './config.ts';
import { catalogErrors } from './errors.ts';
import { outboxRowOf } from './events/publish.ts';
import { readRows } from './import/rows.ts';
import { catalogRpc } from './rpc/catalog-rpc.ts';
import { productStore } from './store/product-store.ts';
import { requestAgeing } from './store/schema.ts';

export const catalogMigrations = new URL('./store/migrations/', import.meta.url);

export const catalog: ServiceDefinition<typeof catalogConfig> = {
  name: 'catalog',
  config: catalogConfig,
  migrations: catalogMigrations,
  errors: catalogErrors,
  build: ({ db, log }) => ({
    routes: [implement(CatalogService, catalogRpc(productStore(db, outboxRowOf), readRows))],
    background: [{ name: 'forgetting of old requests', start: () => startPruning(db, requestAgeing, log) }],
  }),
};
