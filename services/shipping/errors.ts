import { Code } from '@connectrpc/connect';
import type { ErrorTable } from '#chassis/domain-error.ts';

/** Every reason shipping refuses for, and how it is told. */
export const shippingErrors: ErrorTable = {
  domain: 'shipping.tradewind',
  rules: {
    SHIPMENT_NOT_FOUND: { code: Code.NotFound, message: 'there is no such shipment' },
    COUNTRY_NOT_SERVED: { code: Code.FailedPrecondition, message: 'nothing is sent to {country_code}' },
    ADDRESS_INVALID: { code: Code.InvalidArgument, message: 'the address cannot be right: {field} {problem}' },
    ALREADY_DISPATCHED: { code: Code.FailedPrecondition, message: 'the carrier has it already: it is {state}' },
    REQUEST_ID_REUSED: {
      code: Code.AlreadyExists,
      message: 'the request_id was used before with another body, or the order has a shipment of another request',
    },
    SHIPMENT_CANCELLED: { code: Code.FailedPrecondition, message: 'the shipment of this request was cancelled' },
  },
};
