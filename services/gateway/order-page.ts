import { type CallOptions, type Client, Code, ConnectError } from '@connectrpc/connect';
import type { Call } from '#chassis/rpc/call.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import type { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import type { GatewayService } from '#gen/tradewind/gateway/v1/gateway_service_pb.ts';
import type { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import type { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import type { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import type { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';

/** What the page is put together from. */
export interface PageSources {
  orders: Pick<Client<typeof OrdersService>, 'getOrder'>;
  identity: Pick<Client<typeof IdentityService>, 'batchGetUsers'>;
  catalog: Pick<Client<typeof CatalogService>, 'batchGetProducts'>;
  shipping: Pick<Client<typeof ShippingService>, 'getShipment'>;
  payments: Pick<Client<typeof PaymentsService>, 'getPayment'>;
}

/** Kept back from the deadline, in milliseconds, so that a page with a late part still reaches its reader. */
const ANSWER_MARGIN_MS = 50;

/**
 * Puts the page of an order together. Parts that need only the order's id are asked for together with the order, the others as soon as it
 * is there. Nothing is shown unless orders let this reader see the order; a part that fails or is late is named, and the rest is shown.
 */
export function orderPage(
  sources: PageSources,
  partTimeoutMs: number,
): ServiceImpl<typeof GatewayService>['getOrderPage'] {
  return async ({ orderId }, call) => {
    const options = () => ({ signal: call.signal, timeoutMs: partTime(call, partTimeoutMs) });
    const shipment = part('shipment', () => sources.shipping.getShipment({ orderId }, options()));
    const payment = part('payment', () => sources.payments.getPayment({ orderId }, options()));
    const { order } = await sources.orders.getOrder({ orderId }, { signal: call.signal });
    if (order === undefined) throw new ConnectError('the answer holds no order', Code.Internal);
    const productIds = [...new Set(order.items.map((item) => item.productId))];
    const customer = part('customer', () => sources.identity.batchGetUsers({ userIds: [order.userId] }, options()));
    const products = part('products', () => sources.catalog.batchGetProducts({ productIds }, options()));
    const parts = await Promise.all([customer, products, shipment, payment]);
    const [users, found, parcel, paid] = parts;
    return {
      page: {
        order,
        customer: users.answer?.users[0],
        products: found.answer?.products ?? [],
        shipment: parcel.answer?.shipment,
        payment: paid.answer?.payment,
        missingParts: parts.flatMap(({ name, problem }) =>
          problem === undefined ? [] : [{ part: name, reason: problem }],
        ),
      },
    };
  };
}

function partTime(call: Call, partTimeoutMs: number): NonNullable<CallOptions['timeoutMs']> {
  const left = call.deadline === undefined ? partTimeoutMs : call.deadline - Date.now() - ANSWER_MARGIN_MS;
  return Math.max(1, Math.min(partTimeoutMs, left));
}

interface Part<T> {
  name: string;
  answer?: T;
  problem?: string;
}

/** Asks for a part and never fails: what is not there yet is left out, what could not be had is a problem. */
async function part<T>(name: string, ask: () => Promise<T>): Promise<Part<T>> {
  try {
    return { name, answer: await ask() };
  } catch (error) {
    const { code } = ConnectError.from(error);
    return code === Code.NotFound ? { name } : { name, problem: nameOf(code) };
  }
}

/** The name of a code as gRPC spells it, such as `DEADLINE_EXCEEDED`. */
function nameOf(code: Code): string {
  return Code[code].replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
