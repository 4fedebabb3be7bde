import { agentFor } from './tls/mesh-agent.ts';
import type { MeshIdentity } from './tls/mesh-identity.ts';

/** Where a process sends its spans, and how many traces it begins, by its environment. */
export function exportOf(config: TracingConfig, identity: MeshIdentity | undefined) {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint, OTLP_SERVICE: to, TRACES_PER_SECOND: perSecond } = config;
  return { otlpEndpoint, perSecond, otlpAgent: identity && to ? () => agentFor(identity, to) : undefined };
}

interface TracingConfig {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTLP_SERVICE?: string | undefined;
  TRACES_PER_SECOND?: number | undefined;
}
