import { Code } from '@connectrpc/connect';
import type { ErrorTable } from '#chassis/domain-error.ts';

/** Every reason operations refuses for, and how it is told. */
export const operationsErrors: ErrorTable = {
  domain: 'operations.tradewind',
  rules: {
    ORDER_NOT_FOUND: { code: Code.NotFound, message: 'there is no such order' },
    TRACE_NOT_FOUND: { code: Code.NotFound, message: 'nothing is kept of that trace' },
    DEAD_LETTER_NOT_FOUND: { code: Code.NotFound, message: 'there is no such dead letter' },
    FAULTS_NOT_ALLOWED: { code: Code.FailedPrecondition, message: 'this mesh does not allow faults' },
    RPC_NOT_FOUND: { code: Code.InvalidArgument, message: 'no RPC and no contract is called {rpc}' },
    FAULT_WITHOUT_EFFECT: { code: Code.InvalidArgument, message: 'a fault needs delay_ms, abort or both' },
    BROKER_AWAY: { code: Code.Unavailable, message: 'the broker cannot be reached', retryable: true },
    TOO_MANY_WATCHERS: { code: Code.ResourceExhausted, message: 'more than {most} such streams are open' },
  },
};
