import type { DescEnum, EnumShape } from '@bufbuild/protobuf';
import { type Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

/** Why a call was refused, as the contract names it. */
export interface Reason {
  code: Code;
  /** A name of the service's enum of reasons without its prefix, such as `ORDER_NOT_FOUND`. */
  reason: string;
  /** Whose reason it is, such as `orders.tradewind`. */
  domain: string;
  metadata: Record<string, string>;
  /** With `VALIDATION_FAILED`, each field that breaks a rule. */
  fields: { field: string; description: string }[];
}

/** Reads why a call was refused. Undefined when no service said so, as when it could not be reached. */
export function reasonOf(error: unknown): Reason | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const info = error.findDetails(ErrorInfoSchema)[0];
  if (info === undefined) return undefined;
  const violations = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => fieldViolations);
  return {
    code: error.code,
    reason: info.reason,
    domain: info.domain,
    metadata: info.metadata,
    fields: violations.map(({ field, description }) => ({ field, description })),
  };
}

/** The reason as a value of the service's own enum, for a `switch` that the compiler checks. Undefined when it is none of them. */
export function reasonIn<D extends DescEnum>(error: unknown, reasons: D): EnumShape<D> | undefined {
  const reason = reasonOf(error)?.reason;
  return reasons.values.find(({ localName }) => localName === reason)?.number as EnumShape<D> | undefined;
}
