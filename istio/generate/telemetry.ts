import type { ITelemetry } from '@kubernetes-models/istio/telemetry.istio.io/v1/Telemetry';
import { metadata } from './names.ts';
import type { Environment, Topology } from './topology.ts';

/** What proxies tell: traces to the same collector as the services', metrics to Prometheus, and a line for each call that failed. */
export function telemetry({ namespace }: Topology, { tracePercent }: Environment): ITelemetry {
  return {
    apiVersion: 'telemetry.istio.io/v1',
    kind: 'Telemetry',
    metadata: metadata('tradewind', namespace),
    spec: {
      // Named in istio/by-hand/istiod-values.yaml.
      tracing: [{ providers: [{ name: 'otel' }], randomSamplingPercentage: tracePercent }],
      metrics: [{ providers: [{ name: 'prometheus' }] }],
      accessLogging: [
        {
          providers: [{ name: 'envoy' }],
          filter: { expression: 'response.code >= 400 || response.grpc_status != 0' },
        },
      ],
    },
  };
}
