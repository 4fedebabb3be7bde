/** Asks inventory to hold, sell and return stock. */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import { reasonOf } from '#chassis/domain-error.ts';
import { ReservationState } from '#gen/tradewind/inventory/v1/inventory_pb.ts';
import type { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import type { Inventory } from '../app/ports.ts';

/** The reservation is over and will not come back. */
const ENDED = ['RESERVATION_RELEASED', 'RESERVATION_EXPIRED'];

export function inventoryClient(client: Client<typeof InventoryService>): Inventory {
  return {
    async reserve({ requestId, orderId, lines }) {
      try {
        const stock = lines.map(({ productId, quantity }) => ({ productId, quantity: BigInt(quantity) }));
        const { reservation } = await client.reserveStock({ requestId, orderId, lines: stock });
        if (!reservation?.expireTime) throw new Error('inventory answered without a reservation');
        if (reservation.state === ReservationState.RELEASED || reservation.state === ReservationState.EXPIRED) {
          return { outcome: 'ended' };
        }
        return { outcome: 'reserved', reservationId: reservation.id, endsAt: timestampDate(reservation.expireTime) };
      } catch (error) {
        const why = reasonOf(error);
        if (why?.reason === 'INSUFFICIENT_STOCK') {
          const available = Object.entries(why.metadata).map(([id, pieces]) => [id, Number(pieces)] as const);
          return { outcome: 'short', available: new Map(available) };
        }
        if (why && ENDED.includes(why.reason)) return { outcome: 'ended' };
        throw error;
      }
    },

    async commit(reservationId) {
      try {
        await client.commitReservation({ reservationId });
        return { outcome: 'committed' };
      } catch (error) {
        if (ENDED.includes(reasonOf(error)?.reason ?? '')) return { outcome: 'ended' };
        throw error;
      }
    },

    async release({ requestId, orderId }) {
      await client.releaseReservation({ reserveRequestId: requestId, orderId });
    },
  };
}
