import { readFileSync } from 'node:fs';
import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import {
  Access,
  AccessSchema,
  BulkheadSchema,
  PrioritySchema,
  rpc as rpcPolicy,
} from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { nameOf, rpcs } from '../architecture/contracts.ts';
import { golden } from './golden.ts';

/** One line for one RPC, so that a change of who may call what shows as one changed line. */
function lineOf(method: DescMethod): string {
  const policy = getOption(method, rpcPolicy);
  const { access, roles, allowedCallers, timeoutMs, retry, priority } = policy;
  return [
    nameOf(method),
    AccessSchema.value[access]?.localName,
    `roles=${roles.join(',') || '-'}`,
    `callers=${allowedCallers.join(',') || '-'}`,
    `timeout=${timeoutMs}ms`,
    `retry=${retry ? `${retry.maxAttempts}x${retry.baseDelayMs}ms` : '-'}`,
    `priority=${PrioritySchema.value[priority]?.localName}`,
    `bulkhead=${policy.bulkhead ? BulkheadSchema.value[policy.bulkhead]?.localName : '-'}`,
    `stale=${policy.staleOkSeconds}s`,
    `cache=${policy.cacheSeconds}s`,
    `idempotency=${Idempotency[method.idempotency]}`,
  ].join(' ');
}

test('who may call what, and how, is as last reviewed', () => {
  const table = `${rpcs.map(lineOf).join('\n')}\n`;
  const { actual, expected } = golden('rpc-policy.txt', table);
  expect(actual).toBe(expected);
});

test('every RPC without a declared access is a known debt, and there is none', () => {
  const debts = rpcs.filter(
    (rpc) => !hasOption(rpc, rpcPolicy) || getOption(rpc, rpcPolicy).access === Access.UNSPECIFIED,
  );
  const known = readFileSync(new URL('rpcs-without-authz.txt', import.meta.url), 'utf8');
  expect(debts.map(nameOf).join('\n')).toBe(known);
  expect(known).toBe('');
});
