import { Code, ConnectError } from '@connectrpc/connect';
import type { Logger } from '../../log.ts';
import type { Interceptor } from '../interceptor.ts';
import { observe } from '../observe.ts';
import { redacted } from '../redact.ts';
import { codeOf } from './metrics.ts';

const OURS = new Set([Code.Internal, Code.Unknown, Code.DataLoss, Code.Unimplemented]);

/**
 * Writes a line per call: failures of ours as errors, with their cause; refusals as information; the rest, with what was asked, when debugging. A caller that left
 * was refused nothing.
 */
export function logging(log: Logger): Interceptor {
  return (rpc) => (next) => (call, request) => {
    const begin = performance.now();
    return observe(
      () => next(call, request),
      (failure) => {
        const isGone = failure instanceof ConnectError && failure.code === Code.Canceled;
        if ((failure === undefined || isGone) && !log.isLevelEnabled('debug')) return failure;
        const line = {
          rpc: rpc.name,
          code: failure === undefined ? 'OK' : codeOf(failure),
          ms: Math.round((performance.now() - begin) * 100) / 100,
          caller: call.caller.service,
          ...(log.isLevelEnabled('debug') &&
            '$typeName' in request && { request: redacted(rpc.method.input, request) }),
        };
        if (failure === undefined) log.debug(line, 'answered');
        else if (isGone) log.debug(line, 'the caller is gone');
        else if (failure instanceof ConnectError && !OURS.has(failure.code)) {
          log.info({ ...line, refusal: failure.rawMessage }, 'refused');
        } else log.error({ ...line, err: causeOf(failure) }, 'failed');
        return failure;
      },
    );
  };
}

function causeOf(failure: unknown): unknown {
  return failure instanceof Error && failure.cause !== undefined ? failure.cause : failure;
}
