import { expect, test } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';
import { planOf } from '../transport/method-plan.ts';

test('each dependency is left alone when its contract says so', () => {
  const services = [PaymentsService, InventoryService, ShippingService, NotificationsService, OrdersService];
  const breakers = services.map((service) => {
    const [method] = service.methods;
    const { dependency, breaker } = planOf(method as NonNullable<typeof method>).resilience;
    return `${dependency} ${breaker.failures}/${breaker.minimumCalls} ${breaker.openMs / 1000} s`;
  });
  expect(breakers).toEqual([
    'payments 5/10 60 s',
    'inventory 3/5 30 s',
    'shipping 4/8 30 s',
    'notifications 10/20 300 s',
    'orders 5/10 30 s',
  ]);
});

test('calls take the places their contract names, else those of their priority', () => {
  const placesOf = (method: Parameters<typeof planOf>[0]) => planOf(method).resilience.bulkhead;
  expect(placesOf(OrdersService.method.listOrders)).toEqual({ name: 'reporting', places: 5, waiting: 50 });
  expect(placesOf(CatalogService.method.batchGetProducts)).toEqual({ name: 'critical', places: 20, waiting: 1_000 });
  expect(placesOf(CatalogService.method.getProduct)).toEqual({ name: 'normal', places: 20, waiting: 1_000 });
  expect(placesOf(CatalogService.method.importProducts)).toEqual({ name: 'background', places: 3, waiting: 30 });
});

test('only reads with one answer are hedged, and only those that say so may be stale', () => {
  const planOfRpc = (method: Parameters<typeof planOf>[0]) => planOf(method).resilience;
  expect(planOfRpc(CatalogService.method.getProduct)).toMatchObject({ hedged: true, staleOkMs: 60_000 });
  expect(planOfRpc(IdentityService.method.login)).toMatchObject({ hedged: false, staleOkMs: 0 });
  expect(planOfRpc(InventoryService.method.watchStock)).toMatchObject({ hedged: false, staleOkMs: 0 });
});
