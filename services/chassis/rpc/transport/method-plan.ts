import type { DescMethod } from '@bufbuild/protobuf';
import { getOption, hasOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { rpc as rpcOption } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { type ResiliencePlan, resiliencePlanOf } from '../resilience/plan.ts';
import { type RetryPlan, retryPlanOf } from '../retry.ts';

/** All a client derives from the contract of one RPC, worked out once. */
export interface MethodPlan {
  /** `tradewind.orders.v1.OrdersService/PlaceOrder`. */
  readonly name: string;
  /** The name with a leading slash, as it goes on the wire. */
  readonly path: string;
  readonly idempotent: boolean;
  readonly retry: RetryPlan;
  /** The deadline of a call that brings none, in milliseconds; undefined means none. */
  readonly timeoutMs: number | undefined;
  readonly resilience: ResiliencePlan;
}

const plans = new WeakMap<DescMethod, MethodPlan>();

export function planOf(method: DescMethod): MethodPlan {
  const known = plans.get(method);
  if (known !== undefined) return known;
  const policy = hasOption(method, rpcOption) ? getOption(method, rpcOption) : undefined;
  const name = `${method.parent.typeName}/${method.name}`;
  const idempotent = method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
  const plan: MethodPlan = {
    name,
    path: `/${name}`,
    idempotent,
    retry: retryPlanOf(policy, idempotent),
    timeoutMs: policy?.timeoutMs || undefined,
    resilience: resiliencePlanOf(method, policy),
  };
  plans.set(method, plan);
  return plan;
}
