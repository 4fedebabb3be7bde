import { type DescService, getOption } from '@bufbuild/protobuf';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import { AccountService } from '#gen/tradewind/identity/v1/account_service_pb.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { IdentityOperationsService } from '#gen/tradewind/identity/v1/identity_operations_service_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { rpc } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { NotificationsService } from '#gen/tradewind/notifications/v1/notifications_service_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrdersOperationsService } from '#gen/tradewind/orders/v1/orders_operations_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { OrdersService as OrdersServiceV2 } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';

/** A service as the launcher sees it. */
export interface ServiceNode {
  name: string;
  /** The contracts it serves, in all their versions, the newest first. */
  contracts: readonly DescService[];
  /** Whether it owns a database. */
  database: boolean;
}

/** Every service, those that others need first. */
export const services: readonly ServiceNode[] = [
  {
    name: 'identity',
    contracts: [IdentityService, SessionsService, AccountService, ApiKeysService, IdentityOperationsService],
    database: true,
  },
  { name: 'catalog', contracts: [CatalogService], database: true },
  { name: 'inventory', contracts: [InventoryService], database: true },
  { name: 'payments', contracts: [PaymentsService], database: true },
  { name: 'shipping', contracts: [ShippingService], database: true },
  { name: 'notifications', contracts: [NotificationsService], database: true },
  { name: 'orders', contracts: [OrdersServiceV2, OrdersService, OrdersOperationsService], database: true },
  { name: 'operations', contracts: [OperationsService], database: false },
  { name: 'gateway', contracts: [GatewayService], database: false },
];

/** The services that a service may call, read from the contracts: those with an RPC that names it as a caller. */
export function upstreamsOf(caller: string): string[] {
  const allows = (contract: DescService) =>
    contract.methods.some((method) => getOption(method, rpc).allowedCallers.includes(caller));
  return services.filter(({ contracts }) => contracts.some(allows)).map(({ name }) => name);
}

/** Every name that a fault or a question about RPCs may have: of each contract, and of each of its RPCs. */
export const rpcNames: readonly string[] = services
  .flatMap(({ contracts }) => contracts)
  .flatMap(({ typeName, methods }) => [typeName, ...methods.map(({ name }) => `${typeName}/${name}`)]);
