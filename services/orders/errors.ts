/** Says how each reason of orders is told to a caller. */
import { Code } from '@connectrpc/connect';
import type { ErrorTable } from '#chassis/domain-error.ts';

export const ordersErrors: ErrorTable = {
  domain: 'orders.tradewind',
  rules: {
    ORDER_NOT_FOUND: { code: Code.NotFound, message: 'there is no such order' },
    REQUEST_ID_REUSED: {
      code: Code.AlreadyExists,
      message: 'the request_id was used for another order, {order_id}; choose a new one',
    },
    CART_EMPTY: { code: Code.FailedPrecondition, message: 'no items were named and the cart is empty' },
    PRODUCT_UNAVAILABLE: {
      code: Code.FailedPrecondition,
      message: 'product {product_id} is unknown or no longer sold',
    },
    MIXED_CURRENCIES: {
      code: Code.FailedPrecondition,
      message: 'the products are priced in {currencies}; an order has one currency',
    },
    NOT_CANCELLABLE: { code: Code.FailedPrecondition, message: 'the order is {state} and can no longer be cancelled' },
    INVALID_PAGE_TOKEN: { code: Code.InvalidArgument, message: 'the page_token belongs to another query' },
    NOT_YET_PLACED: { code: Code.FailedPrecondition, message: 'the order did not exist yet at that time' },
    SAGA_NOT_FOUND: { code: Code.NotFound, message: 'there is no such saga' },
    SAGA_NOT_PARKED: {
      code: Code.FailedPrecondition,
      message: 'the saga is {state}; only a parked one can be resumed',
    },
    PROJECTION_NOT_FOUND: { code: Code.NotFound, message: 'there is no read model {projection}; there is: {known}' },
    CONCURRENT_CHANGE: {
      code: Code.Aborted,
      message: 'it was changed at the same moment; try again',
      retryable: true,
    },
  },
};
