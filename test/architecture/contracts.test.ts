import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type DescField, type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { field as fieldRules } from '#gen/buf/validate/validate_pb.ts';
import { event as eventPolicy, rpc as rpcPolicy } from '#gen/tradewind/mesh/v1/policy_pb.ts';
import { contracts, nameOf, rpcs, sentMessages } from './contracts.ts';
import { read, root } from './sources.ts';

/** Verbs of RPCs that bring something into being; repeating one must not bring it twice. */
const CREATES = /^(Register|Place|Create|Reserve|Authorize|Adjust|Refund|Submit|Redeem)/;

/** Fields without a rule, each with the reason why none is needed. */
const UNBOUNDED: Record<string, string> = {
  'tradewind.catalog.v1.ImportProductsRequest.header': 'part of a required oneof; its own fields are bounded',
  'tradewind.payments.v1.RefundPaymentRequest.amount': 'unset means all that is left; the fields of Money are bounded',
};

const typeOf = (value: string) => `google.protobuf.${value}`;

/** A truth value is bounded by nature. */
function isBounded(field: DescField): boolean {
  if (field.fieldKind === 'scalar' && field.scalar === 8) return true;
  if (field.message?.typeName === typeOf('Empty')) return true;
  return hasOption(field, fieldRules);
}

function policyOf(method: DescMethod) {
  return hasOption(method, rpcPolicy) ? getOption(method, rpcPolicy) : undefined;
}

test('there are contracts to check', () => {
  expect(rpcs.length).toBeGreaterThan(40);
});

test('every RPC declares its policy: access, callers, priority', () => {
  const undeclared = rpcs.filter((method) => {
    const policy = policyOf(method);
    return !policy || policy.access === 0 || policy.allowedCallers.length === 0 || policy.priority === 0;
  });
  expect(undeclared.map(nameOf)).toEqual([]);
});

test('every unary RPC has a deadline', () => {
  const endless = rpcs.filter((method) => method.methodKind === 'unary' && !policyOf(method)?.timeoutMs);
  expect(endless.map(nameOf)).toEqual([]);
});

test('every RPC that asks for a role names the roles', () => {
  const roleless = rpcs.filter((method) => {
    const policy = policyOf(method);
    return (policy?.access === 3) !== (policy?.roles.length ?? 0) > 0;
  });
  expect(roleless.map(nameOf)).toEqual([]);
});

test('every RPC says whether it may be repeated', () => {
  const silent = rpcs.filter((method) => {
    const source = read(`proto/${method.parent.file.name}.proto`);
    const body = new RegExp(`rpc ${method.name}\\(.*?\\n {2}\\}`, 's').exec(source)?.[0] ?? '';
    return !body.includes('option idempotency_level = ');
  });
  expect(silent.map(nameOf)).toEqual([]);
});

test('only what may be repeated is retried', () => {
  const unsafe = rpcs.filter(
    (method) =>
      (policyOf(method)?.retry?.maxAttempts ?? 0) > 1 && method.idempotency === Idempotency.IDEMPOTENCY_UNKNOWN,
  );
  expect(unsafe.map(nameOf)).toEqual([]);
});

test('every RPC that creates something takes a request_id', () => {
  const careless = rpcs.filter(
    ({ name, input }) => CREATES.test(name) && !input.fields.some((field) => field.name === 'request_id'),
  );
  expect(careless.map(nameOf)).toEqual([]);
});

test('every request_id must be given', () => {
  const optional = rpcs
    .flatMap(({ input }) => input.fields)
    .filter((field) => field.name === 'request_id')
    .filter((field) => {
      const rules = getOption(field, fieldRules);
      return rules.type.case !== 'string' || rules.type.value.wellKnown.case !== 'uuid';
    });
  expect(optional.map(String)).toEqual([]);
});

test('every RPC has messages of its own', () => {
  const borrowed = rpcs.filter(
    ({ name, input, output }) => input.name !== `${name}Request` || output.name !== `${name}Response`,
  );
  expect(borrowed.map(nameOf)).toEqual([]);
});

test('every field that a client sends is bounded', () => {
  const unbounded = sentMessages()
    .flatMap((message) => message.fields.map((field) => ({ name: `${message.typeName}.${field.name}`, field })))
    .filter(({ field }) => !isBounded(field))
    .map(({ name }) => name);
  expect(unbounded.sort()).toEqual(Object.keys(UNBOUNDED).sort());
});

test('every event names the field of its aggregate', () => {
  const lost = contracts
    .filter((file) => file.proto.package.endsWith('.events.v1'))
    .flatMap((file) => file.messages)
    .filter((message) => isEvent(message.name))
    .filter((message) => {
      const name = hasOption(message, eventPolicy) && getOption(message, eventPolicy).aggregateIdField;
      return !message.fields.some((field) => field.name === name);
    });
  expect(lost.map((message) => message.typeName)).toEqual([]);
});

/** Facts are told in the past tense; other messages of an events package are parts of them. */
function isEvent(name: string): boolean {
  return /(ed|Low|Sent)$/.test(name);
}

test('everything in a contract is documented', () => {
  const config = {
    version: 'v2',
    modules: [
      { path: 'proto' },
      { path: 'third_party/proto', lint: { use: ['COMMENTS'], ignore: ['third_party/proto'] } },
    ],
    lint: { use: ['COMMENTS'] },
  };
  const buf = join(root, 'node_modules/.bin/buf');
  const lint = () => execFileSync(buf, ['lint', '--config', JSON.stringify(config)], { cwd: root, encoding: 'utf8' });
  expect(lint()).toBe('');
});
