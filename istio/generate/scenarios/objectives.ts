import type { MeshRpc, MeshService } from '../mesh.ts';
import { metadata } from '../names.ts';
import type { Topology } from '../topology.ts';

/** Answers that break the promise of availability. Refusals that a caller has earned do not. */
const FAILURES = 'UNKNOWN|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE|DATA_LOSS';

const WINDOW = '5m';

/** Asks Prometheus every minute whether one version of a service keeps what its contract promises, RPCs with the same promise together. */
export function objectives(node: MeshService, { namespace, platform }: Topology) {
  const promises = Map.groupBy(
    node.rpcs.filter(({ unary }) => unary),
    ({ slo }) => `${slo.availabilityPercent} % under ${slo.p95Ms} ms`,
  );
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: metadata(`${node.name}-objectives`, namespace, node.name),
    spec: {
      args: [{ name: 'version' }],
      metrics: [...promises].flatMap(([, rpcs], index) => metricsOf(rpcs, node.name, platform.prometheus.url, index)),
    },
  };
}

function metricsOf(rpcs: readonly MeshRpc[], service: string, address: string, index: number) {
  const slo = rpcs[0]?.slo ?? { availabilityPercent: 0, p95Ms: 0 };
  const names = rpcs.map(({ path }) => path.slice(1).replaceAll('.', '\\\\.')).join('|');
  const calls = `service="${service}",version="{{args.version}}",rpc=~"${names}"`;
  const histogram = 'tradewind_rpc_server_duration_seconds';
  const failed = `sum(rate(${histogram}_count{${calls},code=~"${FAILURES}"}[${WINDOW}]))`;
  const all = `sum(rate(${histogram}_count{${calls}}[${WINDOW}]))`;
  const metric = (name: string, query: string, successCondition: string) => ({
    name: `${name}-${index + 1}`,
    initialDelay: '2m',
    interval: '1m',
    // Two bad minutes may be chance.
    consecutiveErrorLimit: 4,
    failureLimit: 2,
    successCondition,
    provider: { prometheus: { address, query } },
  });
  // A version nobody has called yet has broken no promise.
  const share = Number((slo.availabilityPercent / 100).toFixed(6));
  const unless = 'len(result) == 0 || isNaN(result[0])';
  return [
    metric('availability', `1 - (${failed} or vector(0)) / ${all}`, `${unless} || result[0] >= ${share}`),
    metric(
      'p95',
      `histogram_quantile(0.95, sum by (le) (rate(${histogram}_bucket{${calls}}[${WINDOW}])))`,
      `${unless} || result[0] <= ${slo.p95Ms / 1000}`,
    ),
  ];
}
