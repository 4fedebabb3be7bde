import { SpanKind } from '@opentelemetry/api';
import { withRemoteTrace } from '../../telemetry.ts';
import type { Interceptor } from '../interceptor.ts';

/** Makes each call a span on its caller's trace, or the first of a new one. */
export const tracing: Interceptor = (rpc) => {
  const attributes = {
    'rpc.system': 'grpc',
    'rpc.service': rpc.method.parent.typeName,
    'rpc.method': rpc.method.name,
  };
  return (next) => (call, request) =>
    withRemoteTrace(call.headers.get('traceparent'), rpc.name, attributes, () => next(call, request), SpanKind.SERVER);
};
