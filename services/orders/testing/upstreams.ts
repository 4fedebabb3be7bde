/** The services orders calls, as far as an order needs them: each says yes unless told otherwise. */
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createRouterTransport, type Transport } from '@connectrpc/connect';
import { newId } from '#chassis/ids.ts';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { ProductState } from '#gen/tradewind/catalog/v1/catalog_pb.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { ReservationState } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { PaymentState } from '#gen/tradewind/payments/v1/payments_pb.ts';
import { PaymentsService } from '#gen/tradewind/payments/v1/payments_service_pb.ts';
import { ShipmentState } from '#gen/tradewind/shipping/v1/shipping_pb.ts';
import { ShippingService } from '#gen/tradewind/shipping/v1/shipping_service_pb.ts';

const HOLD_MS = 15 * 60_000;
const price = { units: 149n, nanos: 990_000_000, currencyCode: 'EUR' };

/** What a state lets the services refuse. */
export interface Mood {
  stockIsShort: boolean;
  addressIsRefused: boolean;
}

export function standIns(mood: Mood): Transport {
  return createRouterTransport(({ service }) => {
    service(CatalogService, {
      batchGetProducts: ({ productIds }) => ({
        products: productIds.map((id) => ({
          ...{ id, title: 'Trail tent', price, weightGrams: 2100, backorderable: true },
          state: ProductState.PUBLISHED,
        })),
      }),
    });
    service(InventoryService, {
      reserveStock({ orderId, lines }) {
        if (mood.stockIsShort) {
          throw refusal(
            'INSUFFICIENT_STOCK',
            'inventory',
            Object.fromEntries(lines.map((line) => [line.productId, '0'])),
          );
        }
        const expireTime = timestampFromDate(new Date(Date.now() + HOLD_MS));
        return { reservation: { id: newId(), orderId, lines, state: ReservationState.HELD, expireTime } };
      },
      commitReservation: () => ({}),
      releaseReservation: () => ({}),
    });
    service(PaymentsService, {
      authorizePayment: ({ orderId }) => ({ payment: { id: newId(), orderId, state: PaymentState.AUTHORIZED } }),
      capturePayment: () => ({}),
      voidPayment: () => ({}),
      refundPayment: () => ({}),
      getPayment: ({ orderId }) => ({ payment: { id: newId(), orderId, state: PaymentState.CAPTURED } }),
    });
    service(ShippingService, {
      validateAddress: () => ({}),
      createShipment({ orderId }) {
        if (mood.addressIsRefused) throw refusal('COUNTRY_NOT_SERVED', 'shipping', { country_code: 'GB' });
        return { shipment: { id: newId(), orderId, state: ShipmentState.CREATED } };
      },
      cancelShipment: () => ({}),
    });
  });
}

function refusal(reason: string, service: string, metadata: Record<string, string>): ConnectError {
  const info = { desc: ErrorInfoSchema, value: { reason, domain: `${service}.tradewind`, metadata } };
  return new ConnectError('refused', Code.FailedPrecondition, undefined, [info]);
}
