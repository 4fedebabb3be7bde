import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Database } from '#chassis/db/connect.ts';
import { DomainError } from '#chassis/domain-error.ts';
import { badRequest } from '#chassis/rpc/bad-request.ts';
import type { ServiceImpl } from '#chassis/rpc/implementation.ts';
import { requestHash } from '#chassis/rpc/request-hash.ts';
import { ReservationState } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import {
  AdjustStockRequestSchema,
  type InventoryService,
  ReserveStockRequestSchema,
} from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { adjust } from '../store/adjust.ts';
import { availabilityOf } from '../store/availability.ts';
import { commit } from '../store/commit.ts';
import { release } from '../store/give-back.ts';
import type { Line, Reservation } from '../store/reservation.ts';
import { reserve } from '../store/reserve.ts';
import { watchStock } from './watch-stock.ts';

export function inventoryRpc(db: Database, ttlSeconds: number): ServiceImpl<typeof InventoryService> {
  return {
    async getAvailability({ productIds }) {
      return { availability: await availabilityOf(db, productIds) };
    },

    async reserveStock(request) {
      const { requestId, orderId, lines } = request;
      requireDistinct(lines);
      const hash = requestHash(ReserveStockRequestSchema, request);
      const outcome = await reserve(db, { requestId, orderId, lines, requestHash: hash }, ttlSeconds);
      if (outcome.kind === 'short') throw new DomainError('INSUFFICIENT_STOCK', piecesByProduct(outcome.available));
      const { reservation } = outcome;
      if (reservation.requestHash === null || reservation.state === 'RELEASED')
        throw new DomainError('RESERVATION_RELEASED');
      if (!Buffer.from(reservation.requestHash).equals(hash)) throw new DomainError('REQUEST_ID_REUSED');
      return { reservation: reservationMessage(reservation) };
    },

    async commitReservation({ reservationId }) {
      const reservation = await commit(db, reservationId);
      if (!reservation) throw new DomainError('RESERVATION_NOT_FOUND');
      if (reservation.state === 'RELEASED') throw new DomainError('RESERVATION_RELEASED');
      if (reservation.state === 'EXPIRED') throw new DomainError('RESERVATION_EXPIRED');
      return { reservation: reservationMessage(reservation) };
    },

    async releaseReservation({ reserveRequestId, orderId }) {
      if (!(await release(db, reserveRequestId, orderId))) throw new DomainError('RESERVATION_NOT_FOUND');
      return {};
    },

    async adjustStock(request) {
      const hash = requestHash(AdjustStockRequestSchema, request);
      const outcome = await adjust(db, { ...request, lowThreshold: request.lowThreshold, requestHash: hash });
      if (outcome.kind === 'reused') throw new DomainError('REQUEST_ID_REUSED');
      if (outcome.kind === 'too-few') {
        const { onHand, reserved } = outcome;
        throw new DomainError('STOCK_BELOW_RESERVED', { on_hand: `${onHand}`, reserved: `${reserved}` });
      }
      return { availability: outcome.availability };
    },

    watchStock: ({ productIds }, { signal }) => watchStock(db, productIds, signal),
  };
}

function requireDistinct(lines: Line[]): void {
  const seen = new Set<string>();
  lines.forEach(({ productId }, index) => {
    if (seen.has(productId))
      throw badRequest([{ field: `lines[${index}].product_id`, description: 'each product at most once' }]);
    seen.add(productId);
  });
}

function piecesByProduct(available: Map<string, bigint>): Record<string, string> {
  return Object.fromEntries([...available].map(([product, pieces]) => [product, pieces.toString()]));
}

function reservationMessage({ id, orderId, lines, state, expireTime }: Reservation) {
  return { id, orderId, lines, state: ReservationState[state], expireTime: timestampFromDate(expireTime) };
}
