import { Code } from '@connectrpc/connect';
import type { ErrorTable } from '#chassis/domain-error.ts';

/** Every reason inventory refuses for, and how it is told. */
export const inventoryErrors: ErrorTable = {
  domain: 'inventory.tradewind',
  rules: {
    INSUFFICIENT_STOCK: { code: Code.FailedPrecondition, message: 'there is not enough in stock' },
    RESERVATION_NOT_FOUND: { code: Code.NotFound, message: 'there is no such reservation' },
    RESERVATION_EXPIRED: { code: Code.FailedPrecondition, message: 'the reservation ended and its stock is gone' },
    RESERVATION_RELEASED: { code: Code.FailedPrecondition, message: 'the reservation was released before' },
    REQUEST_ID_REUSED: { code: Code.AlreadyExists, message: 'the request_id was used before with another body' },
    STOCK_BELOW_RESERVED: {
      code: Code.FailedPrecondition,
      message: 'of {on_hand} pieces {reserved} are reserved: fewer cannot remain',
    },
  },
};
