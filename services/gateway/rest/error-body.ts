import type { ConnectError } from '@connectrpc/connect';
import { codeToHttpStatus } from '@connectrpc/connect/protocol-connect';
import type { FieldViolation } from '#chassis/rpc/bad-request.ts';
import { codeName } from '#chassis/rpc/code-name.ts';
import { pushbackMs } from '#chassis/rpc/pushback.ts';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import type { HttpRefusal } from './http-refusal.ts';

/** The one shape of an error over REST. */
export interface ErrorBody {
  error: {
    /** The HTTP status, as in 404. */
    code: number;
    /** The status as every protocol here names it, as in `NOT_FOUND`. */
    status: string;
    message: string;
    /** Why, for programs, as in `ORDER_NOT_FOUND`. */
    reason: string;
    /** Whose reason that is, as in `orders.tradewind`. */
    domain: string;
    metadata: Record<string, string>;
    /** Every field that breaks a rule. */
    fieldViolations: FieldViolation[];
    /** What to name to whoever looks for the cause. */
    requestId: string;
    /** When it may be tried again; absent where the server does not know. */
    retryAfterSeconds?: number;
  };
}

export function errorBody(error: ConnectError, requestId: string): ErrorBody {
  const info = error.findDetails(ErrorInfoSchema)[0];
  const wait = pushbackMs(error);
  const violations = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  return {
    error: {
      code: httpStatusOf(error),
      status: codeName(error.code),
      message: error.rawMessage,
      reason: info?.reason ?? codeName(error.code),
      domain: info?.domain ?? '',
      metadata: { ...info?.metadata },
      fieldViolations: violations.map(({ field, description }) => ({ field, description })),
      requestId,
      ...(wait !== undefined && { retryAfterSeconds: Math.ceil(wait / 1000) }),
    },
  };
}

/** The headers that HTTP has for what the body says. */
export function errorHeaders({ error }: ErrorBody): [name: string, value: string][] {
  const headers: [string, string][] = [];
  if (error.retryAfterSeconds !== undefined) headers.push(['retry-after', String(error.retryAfterSeconds)]);
  if (error.code === 401) headers.push(['www-authenticate', 'Bearer']);
  return headers;
}

function httpStatusOf(error: ConnectError): number {
  return 'httpStatus' in error ? (error as HttpRefusal).httpStatus : codeToHttpStatus(error.code);
}
