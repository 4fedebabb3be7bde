import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import { requestHash } from '#chassis/rpc/request-hash.ts';
import { ReservationState } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import {
  AdjustStockRequestSchema,
  type InventoryService,
  ReserveStockRequestSchema,
} from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { adjustStock } from '../app/adjust-stock.ts';
import { commitReservation } from '../app/commit-reservation.ts';
import type { Line, Reservation, StockStore } from '../app/ports.ts';
import { releaseReservation } from '../app/release-reservation.ts';
import { reserveStock } from '../app/reserve-stock.ts';
import { watchStock } from '../app/watch-stock.ts';

export function inventoryRpc(store: StockStore, ttlSeconds: number): ServiceImpl<typeof InventoryService> {
  const reserve = reserveStock(store, ttlSeconds);
  const commit = commitReservation(store);
  const release = releaseReservation(store);
  const adjust = adjustStock(store);
  return {
    async getAvailability({ productIds }) {
      return { availability: await store.availabilityOf(productIds) };
    },
    async reserveStock(request) {
      const { requestId, orderId, lines } = request;
      requireDistinct(lines);
      const hash = requestHash(ReserveStockRequestSchema, request);
      return { reservation: reservationMessage(await reserve({ requestId, orderId, lines, requestHash: hash })) };
    },
    async commitReservation({ reservationId }) {
      return { reservation: reservationMessage(await commit(reservationId)) };
    },
    async releaseReservation({ reserveRequestId, orderId }) {
      await release(reserveRequestId, orderId);
      return {};
    },
    async adjustStock(request) {
      const { requestId, productId, warehouse, delta, lowThreshold } = request;
      const hash = requestHash(AdjustStockRequestSchema, request);
      return {
        availability: await adjust({ requestId, requestHash: hash, productId, warehouse, delta, lowThreshold }),
      };
    },
    watchStock: ({ productIds }, { signal }) => watchStock(store, productIds, signal),
  };
}

function requireDistinct(lines: Line[]): void {
  const seen = new Set<string>();
  lines.forEach(({ productId }, index) => {
    if (seen.has(productId)) {
      throw badRequest([{ field: `lines[${index}].product_id`, description: 'each product at most once' }]);
    }
    seen.add(productId);
  });
}

function reservationMessage({ id, orderId, lines, state, expireTime }: Reservation) {
  return { id, orderId, lines, state: ReservationState[state], expireTime: timestampFromDate(expireTime) };
}
