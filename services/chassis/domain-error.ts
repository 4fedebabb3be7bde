import type { DescEnum } from '@bufbuild/protobuf';
import { type Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';

/** Says why a rule of the domain refuses. `reason` is a name of the service's error enum without its prefix, such as `INSUFFICIENT_STOCK`. */
export class DomainError extends Error {
  readonly reason: string;
  readonly metadata: Record<string, string>;

  constructor(reason: string, metadata: Record<string, string> = {}, options?: { cause?: unknown }) {
    super(reason, options);
    this.name = 'DomainError';
    this.reason = reason;
    this.metadata = metadata;
  }
}

/** How a reason is told to a caller. `message` is for people and may name metadata as `{key}`. */
export interface ErrorRule {
  code: Code;
  message: string;
  retryable?: boolean;
}

/** Every reason of one service. `domain` is what ErrorInfo names, such as `inventory.tradewind`. */
export interface ErrorTable {
  domain: string;
  rules: Record<string, ErrorRule>;
}

/** The reasons of an error enum, without prefix and without UNSPECIFIED: what an error table must hold, no more and no less. */
export function reasonNames(enumeration: DescEnum): string[] {
  const prefix = enumeration.sharedPrefix ?? '';
  return enumeration.values.filter((value) => value.number !== 0).map((value) => value.name.slice(prefix.length));
}

/** Reads the one ErrorInfo of a failed call, so that an adapter can tell reasons apart. Undefined when the failure carries none. */
export function reasonOf(error: unknown): { reason: string; metadata: Record<string, string>; code: Code } | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const info = error.findDetails(ErrorInfoSchema)[0];
  return info && { reason: info.reason, metadata: info.metadata, code: error.code };
}
