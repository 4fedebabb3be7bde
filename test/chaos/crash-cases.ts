/** Every point at which a process is killed, and an order that comes by there. */
import assert from 'node:assert/strict';
import { Code, ConnectError } from '@connectrpc/connect';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { SessionsService } from '#gen/tradewind/identity/v1/sessions_service_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import type { Scenario } from '../../cli/demo/scenario.ts';
import { accepted } from '../../cli/demo/scenarios/bought.ts';
import { cancelledAtOnce, cancelledWhenConfirmed, cancelledWhilePaying } from '../../cli/demo/scenarios/cancelled.ts';
import { declined } from '../../cli/demo/scenarios/declined.ts';
import { backorder } from '../../cli/demo/scenarios/short-of-stock.ts';
import type { Shopper } from '../../cli/demo/shoppers.ts';
import { meshClient } from '../../cli/mesh-client.ts';
import { type CrashShop, newcomer } from './crash-shop.ts';

export interface CrashCase {
  point: string;
  /** The service that dies. */
  service: string;
  /** What a shopper does who comes by. Its ending is what must come out, crash or not. */
  scenario: Scenario;
  /** Where an order alone does not come by: what is done before it, and who orders then. */
  comes?(shop: CrashShop): Promise<Shopper>;
}

const registers = ({ mesh, patient }: CrashShop) => newcomer(mesh, patient);

async function offersMore({ operator, shopper, patient }: CrashShop): Promise<Shopper> {
  const product = { sku: 'ADDED-1', title: 'Spare tent pole', price: { currencyCode: 'EUR', units: 9n } };
  const request = { requestId: newId(), product };
  await patient.call((options) => operator.of(CatalogService).upsertProduct(request, options));
  return shopper;
}

/** Ends a session from elsewhere, and waits until no service believes it any more. */
async function endsASession({ mesh, operator, shopper, patient }: CrashShop): Promise<Shopper> {
  const { gatewayUrl, operator: credentials } = mesh.record;
  const ended = await patient.call(() => meshClient(gatewayUrl).signedIn(credentials));
  await patient.call((options) => operator.of(SessionsService).revokeOtherSessions({}, options));
  const refused = (error: unknown) => ConnectError.from(error).code === Code.Unauthenticated;
  await eventually(() => assert.rejects(ended.of(OrdersService).listOrders({}), refused), { timeoutMs: 30_000 });
  return shopper;
}

const MOMENTS = ['before', 'after', 'stored'] as const;

function steps(saga: string, names: string[], scenario: Scenario): CrashCase[] {
  return names.flatMap((name) =>
    MOMENTS.map((moment) => ({ point: `saga:${saga}/${name}:${moment}`, service: 'orders', scenario })),
  );
}

const answers = (service: string, contract: string, scenarios: Record<string, Scenario>): CrashCase[] =>
  Object.entries(scenarios).map(([rpc, scenario]) => ({
    point: `rpc:tradewind.${service}.v1.${contract}/${rpc}:answer`,
    service,
    scenario,
  }));

export const crashCases: readonly CrashCase[] = [
  // A step dies before its effect, between effect and record, and after the record.
  ...steps(
    'checkout',
    ['reserve stock', 'authorize payment', 'confirm order', 'commit stock', 'capture payment', 'create shipment'],
    accepted,
  ),
  ...steps('checkout', ['undo reserve stock', 'undo conclusion'], declined),
  ...steps('checkout', ['undo authorize payment'], cancelledWhilePaying),
  ...steps(
    'cancellation',
    ['wait for the checkout', 'cancel shipment', 'give the money back', 'return stock', 'cancel order'],
    cancelledWhenConfirmed,
  ),
  // An event is in its stream, and the outbox does not know.
  ...['orders', 'inventory', 'payments', 'shipping', 'notifications'].map((service) => ({
    point: `relay:${service}:published`,
    service,
    scenario: accepted,
  })),
  { point: 'relay:identity:published', service: 'identity', scenario: accepted, comes: registers },
  { point: 'relay:catalog:published', service: 'catalog', scenario: accepted, comes: offersMore },
  // A session has ended, and identity does not know that the others know.
  { point: 'relay:identity-revocations:published', service: 'identity', scenario: accepted, comes: endsASession },
  // An event had its effect, and the broker does not know.
  { point: 'consumer:orders-order-summary:handled', service: 'orders', scenario: accepted },
  { point: 'consumer:orders-stock:handled', service: 'orders', scenario: backorder },
  { point: 'consumer:notifications-order-mails:handled', service: 'notifications', scenario: accepted },
  {
    point: 'consumer:notifications-address-book:handled',
    service: 'notifications',
    scenario: accepted,
    comes: registers,
  },
  // A participant did what it was asked, and its caller does not know.
  ...answers('inventory', 'InventoryService', {
    ReserveStock: accepted,
    CommitReservation: accepted,
    ReleaseReservation: declined,
  }),
  ...answers('payments', 'PaymentsService', {
    AuthorizePayment: accepted,
    CapturePayment: accepted,
    VoidPayment: cancelledWhilePaying,
    RefundPayment: cancelledWhenConfirmed,
  }),
  ...answers('shipping', 'ShippingService', { CreateShipment: accepted, CancelShipment: cancelledWhenConfirmed }),
  ...answers('orders', 'OrdersService', { PlaceOrder: accepted, CancelOrder: cancelledAtOnce }),
  // Last, when the parcels of the orders before are on their way.
  { point: 'consumer:orders-shipments:handled', service: 'orders', scenario: accepted },
];
