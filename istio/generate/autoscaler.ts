import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { metadata } from './names.ts';
import type { Scaling, Topology } from './topology.ts';

/** Calls a pod answers in a second, as `istio/by-hand/prometheus-adapter.yaml` reports it. */
export const REQUESTS_METRIC = 'tradewind_rpc_requests_per_second';

export function scalingOf(service: string, topology: Topology, environment: Partial<Scaling> = {}): Scaling {
  return { ...topology.defaults.scaling, ...topology.services[service]?.scaling, ...environment };
}

/** As many pods as the work needs: quick to add some, slow to take them away. */
export function autoscaler(service: string, topology: Topology): IHorizontalPodAutoscaler {
  const { min, max, cpuPercent, memoryPercent, requestsPerSecond } = scalingOf(service, topology);
  // Of the service's own container: the proxy beside it has its own requests, and would water the average down.
  const use = (name: string, percent: number) => ({
    type: 'ContainerResource',
    containerResource: { name, container: service, target: { type: 'Utilization', averageUtilization: percent } },
  });
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata(service, topology.namespace, service),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: service },
      minReplicas: min,
      maxReplicas: max,
      metrics: [
        use('cpu', cpuPercent),
        use('memory', memoryPercent),
        {
          type: 'Pods',
          pods: {
            metric: { name: REQUESTS_METRIC },
            target: { type: 'AverageValue', averageValue: String(requestsPerSecond) },
          },
        },
      ],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 0, policies: [{ type: 'Percent', value: 100, periodSeconds: 30 }] },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      },
    },
  };
}
