import type { MeshService } from './mesh.ts';
import { portsOf } from './names.ts';
import type { Topology } from './topology.ts';

/** The three questions a kubelet asks. Only readiness looks at the service's own dependencies; none asks another service. */
export function probes(node: MeshService, topology: Topology) {
  const web = portsOf(node, topology).at(-1)?.name ?? '';
  const ask = (path: string) => ({ httpGet: { path, port: web, scheme: 'HTTP' as const } });
  return {
    // Migrations run before a service listens, and may take two minutes.
    startupProbe: { ...ask('/health/startup'), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60 },
    // Dependencies have two seconds to answer.
    readinessProbe: { ...ask('/health/ready'), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    livenessProbe: { ...ask('/health/live'), periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
  };
}
