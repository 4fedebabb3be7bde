import { type DescMethod, type DescMethodUnary, getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { Budget, type RetryPlan, retryDelay, retryPlanOf } from '#chassis/rpc/retry.ts';
import { RetryInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { rpc } from '#gen/tradewind/mesh/v1/policy_pb.ts';

/** What a caller may say beside the contract. */
export interface ByContractOptions {
  /** The access token of the user on whose behalf a call is made; asked for at each try, so that a new one is taken up. */
  token?: (() => string | undefined | Promise<string | undefined>) | undefined;
}

type Header = ConstructorParameters<typeof Headers>[0];

/**
 * Lets the calls of a transport go as the contract of each RPC says: within its deadline, unless the call names another, and, when the RPC is idempotent, again
 * after a failure that may pass, not before the time at which the answer says to come back, and
 * in the long run no more than one call in ten.
 */
export function byContract(transport: Transport, { token }: ByContractOptions = {}): Transport {
  const budget = new Budget();
  const signed = async (given: Header): Promise<Headers> => {
    const header = new Headers(given);
    const shown = header.has('authorization') ? undefined : await token?.();
    if (shown !== undefined) header.set('authorization', `Bearer ${shown}`);
    return header;
  };
  return {
    async unary(method, signal, timeoutMs, header, input, contextValues) {
      const allowedMs = timeoutMs ?? deadlineMsOf(method);
      const end = allowedMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + allowedMs;
      // Protocols know whole milliseconds only.
      const leftMs = () => (allowedMs === undefined ? undefined : Math.max(1, Math.ceil(end - performance.now())));
      const plan = planOf(method);
      budget.earn();
      for (let attempt = 1; ; attempt++) {
        try {
          return await transport.unary(method, signal, leftMs(), await signed(header), input, contextValues);
        } catch (error) {
          const pauseMs = pauseAfter(error, plan, attempt);
          if (pauseMs === undefined || performance.now() + pauseMs >= end || !budget.spend()) throw error;
          await pause(pauseMs, signal);
        }
      }
    },
    async stream(method, signal, timeoutMs, header, input, contextValues) {
      const allowedMs = timeoutMs ?? deadlineMsOf(method);
      return transport.stream(method, signal, allowedMs, await signed(header), input, contextValues);
    },
  };
}

/** A stream without a deadline is open until somebody ends it. */
function deadlineMsOf(method: DescMethod): number | undefined {
  return getOption(method, rpc).timeoutMs || undefined;
}

function planOf(method: DescMethodUnary): RetryPlan {
  return retryPlanOf(getOption(method, rpc), method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN);
}

/** How long to wait before the next try, in milliseconds; undefined when there should be none. Who has too much to do must say when to come back. */
function pauseAfter(error: unknown, plan: RetryPlan, attempt: number): number | undefined {
  if (!(error instanceof ConnectError) || attempt >= plan.maxAttempts) return undefined;
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const asked = delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
  const comesBack = error.code === Code.Unavailable || (error.code === Code.ResourceExhausted && asked !== undefined);
  return comesBack ? (asked ?? 0) + retryDelay(plan, attempt) : undefined;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(new ConnectError('cancelled by the caller', Code.Canceled));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    }, ms);
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
  });
}
