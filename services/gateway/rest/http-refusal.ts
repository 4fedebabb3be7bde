import { Code, ConnectError } from '@connectrpc/connect';
import { MESH_DOMAIN } from '#chassis/rpc/access-error.ts';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

/** Why a request is none that an RPC could be called with, and the HTTP status that says so better than a code of RPC does. */
const REFUSALS = {
  NOT_FOUND: { httpStatus: 404, code: Code.NotFound },
  METHOD_NOT_ALLOWED: { httpStatus: 405, code: Code.Unimplemented },
  MALFORMED_REQUEST: { httpStatus: 400, code: Code.InvalidArgument },
  INVALID_TIMEOUT: { httpStatus: 400, code: Code.InvalidArgument },
  MESSAGE_TOO_LARGE: { httpStatus: 413, code: Code.InvalidArgument },
  URI_TOO_LONG: { httpStatus: 414, code: Code.InvalidArgument },
  UNSUPPORTED_MEDIA_TYPE: { httpStatus: 415, code: Code.InvalidArgument },
} as const;

export type HttpRefusalReason = keyof typeof REFUSALS;

/** A request refused for how it was sent, before any RPC was called. */
export class HttpRefusal extends ConnectError {
  readonly httpStatus: number;

  constructor(reason: HttpRefusalReason, message: string, metadata: Record<string, string> = {}) {
    const { code, httpStatus } = REFUSALS[reason];
    super(message, code, undefined, [{ desc: ErrorInfoSchema, value: { reason, domain: MESH_DOMAIN, metadata } }]);
    this.httpStatus = httpStatus;
  }
}

/** The reasons and their status, for whoever documents them. */
export const httpRefusals: Readonly<Record<string, { httpStatus: number }>> = REFUSALS;
