import { ConnectError } from '@connectrpc/connect';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { withoutValues } from './db/without-values.ts';
import { reasonOf } from './domain-error.ts';
import { currentCall } from './rpc/call.ts';
import { traceId } from './telemetry.ts';

export type Logger = PinoLogger;

/** JSON lines on standard output. Each carries service and version and, inside a call or a trace, its correlation and trace ids; of a failed statement the values stay out. */
export function createLogger(
  options: { service: string; version: string; level: string },
  to?: DestinationStream,
): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service, version: options.version },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => told(withoutValues(error) as Error) },
      formatters: { level: (level) => ({ level }) },
      mixin() {
        const trace_id = traceId();
        const correlation_id = currentCall()?.correlationId;
        return { ...(trace_id && { trace_id }), ...(correlation_id && { correlation_id }) };
      },
    },
    to ?? pino.destination({ sync: false }),
  );
}

/** A failed call is told with its reason; its details hold descriptors of themselves, which are pages long. */
function told(error: Error): object {
  const all = pino.stdSerializers.err(error);
  if (!(error instanceof ConnectError)) return all;
  const { type, message, stack } = all;
  const { reason, metadata } = reasonOf(error) ?? {};
  return { type, message, code: error.code, reason, metadata, stack };
}
