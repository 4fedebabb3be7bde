import type { DescMethod } from '@bufbuild/protobuf';
import { getOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { Bulkhead, dependency, Priority, type RpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';

/** When the callers of a service stop calling it. */
export interface BreakerPlan {
  readonly failures: number;
  readonly minimumCalls: number;
  readonly openMs: number;
}

/** Which of a client's places a call takes, how many of them there are, and how many calls may wait for one. */
export interface BulkheadPlan {
  readonly name: 'critical' | 'normal' | 'external' | 'reporting' | 'background';
  readonly places: number;
  readonly waiting: number;
}

/** How a client protects itself, and the service it calls, when one RPC of it goes wrong: all of it read from the contract. */
export interface ResiliencePlan {
  /** The service that is depended on, by its noun: `payments`. */
  readonly dependency: string;
  readonly breaker: BreakerPlan;
  readonly bulkhead: BulkheadPlan;
  /** Whether a second call may be sent while the first is slow: it changes nothing, and there is one answer. */
  readonly hedged: boolean;
  /** How old an earlier answer may be that stands in for one that cannot be had; 0 means never. */
  readonly staleOkMs: number;
}

const DEFAULT_BREAKER: BreakerPlan = { failures: 5, minimumCalls: 10, openMs: 30_000 };

/** What takes milliseconds may come in a burst; the line is as long as that of a server's own gate. Of what takes long few can wait with profit. */
const CRITICAL: BulkheadPlan = { name: 'critical', places: 20, waiting: 1_000 };
const NORMAL: BulkheadPlan = { name: 'normal', places: 20, waiting: 1_000 };
const BACKGROUND: BulkheadPlan = { name: 'background', places: 3, waiting: 30 };
/** What is asked of somebody outside takes long, and is theirs to answer. */
export const EXTERNAL: BulkheadPlan = { name: 'external', places: 10, waiting: 100 };
const BULKHEADS: Partial<Record<Bulkhead, BulkheadPlan>> = {
  [Bulkhead.CRITICAL]: CRITICAL,
  [Bulkhead.EXTERNAL]: EXTERNAL,
  [Bulkhead.REPORTING]: { name: 'reporting', places: 5, waiting: 50 },
  [Bulkhead.BACKGROUND]: BACKGROUND,
};
const BULKHEADS_BY_PRIORITY: Partial<Record<Priority, BulkheadPlan>> = {
  [Priority.CRITICAL]: CRITICAL,
  [Priority.BACKGROUND]: BACKGROUND,
};

export function resiliencePlanOf(method: DescMethod, policy: RpcPolicy | undefined): ResiliencePlan {
  const readOnly = method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  const unary = method.methodKind === 'unary';
  return {
    dependency: method.parent.file.proto.package.replace(/^tradewind\.|\.v\d+$/g, ''),
    breaker: breakerPlanOf(method),
    bulkhead: bulkheadPlanOf(policy),
    hedged: readOnly && unary,
    staleOkMs: readOnly && unary ? (policy?.staleOkSeconds ?? 0) * 1000 : 0,
  };
}

function breakerPlanOf(method: DescMethod): BreakerPlan {
  const declared = getOption(method.parent, dependency).breaker;
  if (declared === undefined) return DEFAULT_BREAKER;
  return {
    failures: declared.failures || DEFAULT_BREAKER.failures,
    minimumCalls: declared.minimumCalls || DEFAULT_BREAKER.minimumCalls,
    openMs: declared.openSeconds * 1000 || DEFAULT_BREAKER.openMs,
  };
}

function bulkheadPlanOf(policy: RpcPolicy | undefined): BulkheadPlan {
  if (policy === undefined) return NORMAL;
  return BULKHEADS[policy.bulkhead] ?? BULKHEADS_BY_PRIORITY[policy.priority] ?? NORMAL;
}
