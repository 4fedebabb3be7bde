/** The composition root of shipping: ties store, carrier, use cases and RPCs together. */
import type { Database } from '#chassis/db/connect.ts';
import { implement } from '#chassis/rpc/implementation.ts';
import type { ServiceDefinition } from '#chassis/service.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { cancelShipment } from './app/cancel-shipment.ts';
import { createShipment } from './app/create-shipment.ts';
import { getShipment } from './app/get-shipment.ts';
import { startCarrier } from './carrier/sandbox-carrier.ts';
import { shippingConfig } from './config.ts';
import { shippingErrors } from './errors.ts';
import { outboxRowOf } from './events/publish.ts';
import { shippingRpc } from './rpc/shipping-rpc.ts';
import { carrierStore } from './store/carrier-store.ts';
import { shipmentStore } from './store/shipment-store.ts';

export const shippingMigrations = new URL('./store/migrations/', import.meta.url);

/** The use cases over a database. */
export function buildShipping(db: Database) {
  const shipments = shipmentStore(db, outboxRowOf);
  return {
    create: createShipment(shipments),
    cancel: cancelShipment(shipments),
    get: getShipment(shipments),
    carrier: carrierStore(db, outboxRowOf),
  };
}

export const shipping: ServiceDefinition<typeof shippingConfig> = {
  name: 'shipping',
  config: shippingConfig,
  migrations: shippingMigrations,
  errors: shippingErrors,
  build({ config, db, log }) {
    const useCases = buildShipping(db);
    const times = {
      dispatchSeconds: config.SHIPPING_DISPATCH_SECONDS,
      deliverySeconds: config.SHIPPING_DELIVERY_SECONDS,
      intervalMs: config.SHIPPING_CARRIER_INTERVAL_MS,
    };
    return {
      routes: [implement(ShippingService, shippingRpc(useCases))],
      background: [{ name: 'sandbox carrier', start: () => startCarrier(useCases.carrier, { ...times, log }) }],
    };
  },
};
