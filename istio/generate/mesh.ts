/** What the contracts say of the mesh: each service, its RPCs, who calls it and whom it calls. Everything in the manifests follows from here and the topology. */
import type { DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { services } from '#chassis/local/topology.ts';
import { type BreakerPlan, resiliencePlanOf } from '#chassis/rpc/resilience/plan.ts';
import { rpcsOf } from '#chassis/rpc/rpcs.ts';
import { Access, type RpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { bindingsOf } from '../../services/gateway/rest/binding.ts';
import { servedBy } from './contracts.ts';

/** Whoever is outside the mesh, as contracts name it. */
export const EXTERNAL = 'external';

/** An RPC as a proxy sees it. */
export interface MeshRpc {
  /** `orders.v1.OrdersService/PlaceOrder`. */
  readonly name: string;
  /** `/tradewind.orders.v1.OrdersService/PlaceOrder`, the path of its requests in each protocol. */
  readonly path: string;
  /** Services that may call it, and `external`. */
  readonly callers: readonly string[];
  /** Its ways in by plain HTTP, as the gateway offers them. */
  readonly rest: readonly RestPath[];
  /** The deadline of a call; undefined for streams that have none. */
  readonly deadlineMs: number | undefined;
  /** Whether a request is one message, which a proxy can send again. */
  readonly unary: boolean;
  readonly idempotent: boolean;
  /** Whether it changes nothing, so that it may be asked of two versions at once. */
  readonly readOnly: boolean;
  /** Whether outsiders may use it through the gateway. */
  readonly exposed: boolean;
  readonly slo: { readonly availabilityPercent: number; readonly p95Ms: number };
}

export interface RestPath {
  readonly method: string;
  /** `/v1/orders/{order_id}:cancel`. */
  readonly template: string;
}

export interface MeshService {
  readonly name: string;
  readonly rpcs: readonly MeshRpc[];
  /** The services that call any of its RPCs. */
  readonly callers: readonly string[];
  /** The services it calls. */
  readonly upstreams: readonly string[];
  /** Whether it owns a database, and so publishes and consumes events. */
  readonly database: boolean;
  /** Whether it faces the outside: it then has one port for every protocol. */
  readonly edge: boolean;
  /** When callers leave one of its pods alone. */
  readonly breaker: BreakerPlan;
}

/** Every service of the mesh, in the order of the alphabet. */
export function readMesh(): MeshService[] {
  const all = services.map(({ name, database }): MeshService => {
    const contracts = servedBy(name);
    const rpcs = contracts.flatMap(rpcsOf).map(({ method, policy }) => meshRpc(method, policy));
    const plans = contracts.flatMap(({ methods }) => methods).map((method) => resiliencePlanOf(method, undefined));
    // Pods answer for all of their contracts: the most careful of these decides.
    const [breaker] = plans.map((plan) => plan.breaker).sort((a, b) => a.failures - b.failures);
    if (breaker === undefined) throw new Error(`${name} has no RPC`);
    const callers = new Set(rpcs.flatMap((rpc) => rpc.callers));
    return {
      name,
      rpcs,
      callers: [...callers].filter((caller) => caller !== EXTERNAL).sort(),
      upstreams: services
        .filter((other) => allows(other.name, name))
        .map((other) => other.name)
        .sort(),
      database,
      edge: callers.has(EXTERNAL),
      breaker,
    };
  });
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether a service has an RPC that another may call. */
function allows(service: string, caller: string): boolean {
  return servedBy(service)
    .flatMap(rpcsOf)
    .some(({ policy }) => policy.allowedCallers.includes(caller));
}

function meshRpc(method: DescMethod, policy: RpcPolicy): MeshRpc {
  const forwarded = policy.allowedCallers.includes('gateway') && policy.access !== Access.SERVICE;
  return {
    name: `${method.parent.typeName.replace('tradewind.', '')}/${method.name}`,
    path: `/${method.parent.typeName}/${method.name}`,
    callers: [...policy.allowedCallers].sort(),
    rest: bindingsOf(method).map(({ method: verb, path }) => ({ method: verb, template: path })),
    deadlineMs: policy.timeoutMs || undefined,
    unary: method.methodKind === 'unary',
    readOnly: method.idempotency === Idempotency.NO_SIDE_EFFECTS,
    idempotent: method.idempotency !== Idempotency.IDEMPOTENCY_UNKNOWN,
    exposed: forwarded || policy.allowedCallers.includes(EXTERNAL),
    slo: {
      availabilityPercent: policy.slo?.availabilityPercent || 99.9,
      p95Ms: policy.slo?.p95Ms || 500,
    },
  };
}
