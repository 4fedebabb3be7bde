import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { RpcPolicySchema } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { Budget, retryDelay, retryPlanOf } from './retry.ts';

test('an RPC that is not idempotent is tried once, whatever its policy says', () => {
  const policy = create(RpcPolicySchema, { retry: { maxAttempts: 5, baseDelayMs: 10 } });
  expect(retryPlanOf(policy, false).maxAttempts).toBe(1);
});

test('an idempotent RPC without a plan of its own is tried three times', () => {
  expect(retryPlanOf(create(RpcPolicySchema), true)).toEqual({ maxAttempts: 3, baseDelayMs: 100 });
});

test('pauses double, are jittered from zero up, and never pass thirty seconds', () => {
  const plan = { maxAttempts: 50, baseDelayMs: 100 };
  expect([1, 2, 3].map((attempt) => retryDelay(plan, attempt, () => 1))).toEqual([100, 200, 400]);
  expect(retryDelay(plan, 3, () => 0)).toBe(0);
  expect(retryDelay(plan, 40, () => 1)).toBe(30_000);
});

test('a budget of a tenth allows one retry in ten calls once the first burst is spent', () => {
  const budget = new Budget(0.1, 2);
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  for (let call = 0; call < 10; call++) budget.earn();
  expect([budget.spend(), budget.spend()]).toEqual([true, false]);
});
