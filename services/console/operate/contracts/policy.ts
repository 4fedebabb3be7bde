/** The policy of an RPC in words. */
import { type DescMethod, type DescService, getOption, hasOption } from '@bufbuild/protobuf';
import { http } from '#gen/google/api/annotations_pb.ts';
import {
  Access,
  BulkheadSchema,
  type Lifecycle,
  lifecycle,
  PrioritySchema,
  type RpcPolicy,
} from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { ms, seconds } from '../parts/figures.ts';

export function whoMayCall(policy: RpcPolicy | undefined): string {
  switch (policy?.access) {
    case Access.PUBLIC:
      return 'anyone';
    case Access.AUTHENTICATED:
      return 'signed in';
    case Access.ROLE:
      return policy.roles.join(', ').toLowerCase();
    case Access.SERVICE:
      return 'services only';
    default:
      return 'nobody';
  }
}

/** Whether the gateway passes calls on to it, so that a browser can make one. */
export function isOpenToBrowsers(policy: RpcPolicy | undefined): boolean {
  return policy?.access !== Access.SERVICE && (policy?.allowedCallers.includes('gateway') ?? false);
}

/** How a contract is withdrawn; undefined when it stays. */
export function endOf(contract: DescService | undefined): Lifecycle | undefined {
  return contract && hasOption(contract, lifecycle) ? getOption(contract, lifecycle) : undefined;
}

export function policyFacts(policy: RpcPolicy, method: DescMethod): (readonly [string, string])[] {
  const { retry, slo } = policy;
  const end = endOf(method.parent);
  return [
    ['Who may call', whoMayCall(policy)],
    ['Through', policy.allowedCallers.join(', ')],
    ['REST', restOf(method)],
    ['Deadline', policy.timeoutMs > 0 ? ms(policy.timeoutMs) : 'none'],
    ['Tries', retry ? `${retry.maxAttempts || 3}, first pause up to ${ms(retry.baseDelayMs || 100)}` : ''],
    ['Priority', PrioritySchema.value[policy.priority]?.localName.toLowerCase() ?? ''],
    ['Bulkhead', policy.bulkhead === 0 ? '' : (BulkheadSchema.value[policy.bulkhead]?.localName.toLowerCase() ?? '')],
    ['Promise', `${slo?.availabilityPercent || 99.9} %, p95 under ${ms(slo?.p95Ms || 500)}`],
    ['Stands in when stale', policy.staleOkSeconds > 0 ? seconds(policy.staleOkSeconds) : ''],
    ['Cached', policy.cacheSeconds > 0 ? seconds(policy.cacheSeconds) : ''],
    ['Withdrawn', end ? `deprecated since ${end.deprecatedSince}, gone from ${end.sunset}; use ${end.successor}` : ''],
  ];
}

function restOf(method: DescMethod): string {
  const { pattern } = getOption(method, http);
  return typeof pattern.value === 'string' ? `${(pattern.case ?? '').toUpperCase()} ${pattern.value}` : '';
}
