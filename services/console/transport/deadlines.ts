import { getOption } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { rpc } from '#gen/tradewind/mesh/v1/policy_pb.ts';

/** Gives each call that names no deadline the one of its contract. */
export function withDeadlines(transport: Transport): Transport {
  return {
    unary: (method, signal, timeoutMs, ...rest) =>
      transport.unary(method, signal, timeoutMs ?? (getOption(method, rpc).timeoutMs || undefined), ...rest),
    stream: (method, signal, timeoutMs, ...rest) =>
      transport.stream(method, signal, timeoutMs ?? (getOption(method, rpc).timeoutMs || undefined), ...rest),
  };
}
