import type { DescService } from '@bufbuild/protobuf';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { IdentityOperationsService } from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { OrdersService as OrdersServiceV2 } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';

export type Upstream =
  | 'identity'
  | 'catalog'
  | 'inventory'
  | 'orders'
  | 'payments'
  | 'shipping'
  | 'notifications'
  | 'operations';

/** The contracts the gateway stands in front of, by the service that serves them. */
export const contracts: Record<Upstream, readonly DescService[]> = {
  identity: [IdentityService, SessionsService, AccountService, ApiKeysService, IdentityOperationsService],
  catalog: [CatalogService],
  inventory: [InventoryService],
  orders: [OrdersServiceV2, OrdersService, OrdersOperationsService],
  payments: [PaymentsService],
  shipping: [ShippingService],
  notifications: [NotificationsService],
  operations: [OperationsService],
};

export const upstreams = Object.keys(contracts) as Upstream[];
