import { Code } from '@connectrpc/connect';
import type { ErrorTable } from '#chassis/domain-error.ts';

/** Every reason the catalogue refuses for, and how it is told. */
export const catalogErrors: ErrorTable = {
  domain: 'catalog.tradewind',
  rules: {
    PRODUCT_NOT_FOUND: { code: Code.NotFound, message: 'there is no product {product_id}' },
    INVALID_PAGE_TOKEN: { code: Code.InvalidArgument, message: 'the page token is not one of this query' },
    REQUEST_ID_REUSED: { code: Code.AlreadyExists, message: 'the request_id was used before with another body' },
    UNREADABLE_IMPORT: { code: Code.InvalidArgument, message: 'the file cannot be read at line {line}: {problem}' },
  },
};
