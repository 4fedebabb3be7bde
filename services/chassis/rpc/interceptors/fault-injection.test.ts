import { create } from '@bufbuild/protobuf';
import { Code, type ConnectError, createClient } from '@connectrpc/connect';
import { afterEach, expect, test } from 'vitest';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.ts';
import { CatalogService, GetProductRequestSchema } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import type { Fault } from '../../faults/fault.ts';
import { FAULT_HEADER } from '../../faults/fault-header.ts';
import { registry } from '../../metrics.ts';
import { callAs } from '../../testing/call.ts';
import { type Served, serve } from '../../testing/serve.ts';
import { createGrpcTransport } from '../client.ts';
import { implement } from '../implementation.ts';
import { isAnswer } from '../resilience/answered.ts';
import { type FaultSource, faultInjection } from './fault-injection.ts';

const { getProduct } = CatalogService.method;
const NAME = 'tradewind.catalog.v1.CatalogService/GetProduct';
const DOWN: Fault = { rpc: NAME, percent: 100, abort: Code.Unavailable };

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

/** Calls a chain of this interceptor alone; answers `served`, or the code. */
async function outcome(
  source: FaultSource | undefined,
  { header, caller = 'gateway', chance = 0.5 }: { header?: string; caller?: string; chance?: number } = {},
): Promise<string> {
  const call = callAs({ service: caller, ...(header && { headers: { [FAULT_HEADER]: header } }) }, getProduct);
  const request = create(GetProductRequestSchema);
  const handle = faultInjection(source, () => chance)(call.rpc)(async () => request);
  return handle(call, request).then(
    () => 'served',
    (error: ConnectError) => `${Code[error.code]}: ${error.rawMessage}`,
  );
}

const on = (...faults: Fault[]): FaultSource => ({ service: 'catalog', faults });
const counted = async (name: string) => {
  const metric = await registry.getSingleMetric(name)?.get();
  return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [labels.kind ?? 'all', value]));
};

/** Catalog behind real sockets; `seen` gets the fault header of each call that was served. */
async function catalog(faults: FaultSource | undefined, seen: (string | undefined)[] = []): Promise<Served> {
  const route = implement(CatalogService, {
    async getProduct(_: unknown, call: { faults?: string | undefined }) {
      seen.push(call.faults);
      return {};
    },
  } as never);
  const served = await serve([everyMethod(route)], { domain: 'catalog.tradewind', rules: {} }, { faults });
  opened.push(served);
  return served;
}

function everyMethod(route: ReturnType<typeof implement>): ReturnType<typeof implement> {
  const rest = CatalogService.methods.map((method) => [method.localName, async () => ({})]);
  return { ...route, impl: { ...Object.fromEntries(rest), ...route.impl } };
}

test.each<[string, Fault, string]>([
  ['of the RPC it names', DOWN, 'Unavailable: a fault was injected'],
  [
    'of the contract it names',
    { ...DOWN, rpc: 'tradewind.catalog.v1.CatalogService' },
    'Unavailable: a fault was injected',
  ],
  ['of every RPC', { ...DOWN, rpc: '*' }, 'Unavailable: a fault was injected'],
  ['of no RPC whose name only begins alike', { ...DOWN, rpc: 'tradewind.catalog.v1.Catalog' }, 'served'],
  ['of no other RPC', { ...DOWN, rpc: 'tradewind.catalog.v1.CatalogService/GetProducts' }, 'served'],
  ['of the caller it names', { ...DOWN, caller: 'gateway' }, 'Unavailable: a fault was injected'],
  ['of no other caller', { ...DOWN, caller: 'orders' }, 'served'],
  ['of the process it names', { ...DOWN, service: 'catalog' }, 'Unavailable: a fault was injected'],
  ['of no other process', { ...DOWN, service: 'gateway' }, 'served'],
  ['of so many of a hundred', { ...DOWN, percent: 51 }, 'Unavailable: a fault was injected'],
  ['of not more of a hundred', { ...DOWN, percent: 50 }, 'served'],
])('a fault hits calls %s', async (_, fault, expected) => {
  expect(await outcome(on(fault))).toBe(expected);
});

test('what the gateway only passes on fails there when the fault names the gateway', async () => {
  const gateway = (fault: Fault) => ({ service: 'gateway', faults: [fault] });
  expect(await outcome(gateway({ ...DOWN, rpc: '*' }))).toBe('served');
  expect(await outcome(gateway({ ...DOWN, service: 'gateway' }))).toMatch(/^Unavailable/);
});

test('a header asks for faults where they are allowed', async () => {
  expect(await outcome(on(), { header: 'abort=RESOURCE_EXHAUSTED' })).toMatch(/^ResourceExhausted/);
  expect(await outcome(on(), { header: `delay=1ms;percent=50, abort=UNAVAILABLE;rpc=${NAME}` })).toMatch(
    /^Unavailable/,
  );
  expect(await outcome(on(), { header: 'abort=UNAVAILABLE;caller=orders' })).toBe('served');
});

test('a header is ignored, and counted, where faults are not allowed', async () => {
  const before = (await counted('tradewind_faults_ignored_total')).all ?? 0;
  expect(await outcome(undefined, { header: 'abort=UNAVAILABLE' })).toBe('served');
  expect(await outcome(undefined)).toBe('served');
  expect(await counted('tradewind_faults_ignored_total')).toEqual({ all: before + 1 });
});

test.each([
  ['abort=NOWHERE', 'is no code'],
  ['delay=fast', 'is no delay'],
  ['delay=2m', 'is no delay'],
  ['delay=1s;percent=0', 'is no percentage'],
  ['percent=10', 'neither delay nor abort'],
  ['', 'is none of delay, abort'],
  [`abort=UNAVAILABLE;rpc=${'x'.repeat(1_000)}`, 'longer than 1000'],
])('the header “%s” is refused with what would do', async (header, reason) => {
  const call = callAs({ headers: { [FAULT_HEADER]: header } }, getProduct);
  const request = create(GetProductRequestSchema);
  const failure = await faultInjection(on())(call.rpc)(async () => request)(call, request).catch((error) => error);
  expect([failure.code, failure.rawMessage]).toEqual([Code.InvalidArgument, expect.stringContaining(reason)]);
});

test('every fault is counted by kind', async () => {
  const before = await counted('tradewind_faults_injected_total');
  await outcome(on({ ...DOWN, delayMs: 1 }));
  const after = await counted('tradewind_faults_injected_total');
  expect([after.delay, after.abort]).toEqual([(before.delay ?? 0) + 1, (before.abort ?? 0) + 1]);
});

test('to its caller an injected outage is a service that gave no answer', async () => {
  const served = await catalog(on(DOWN));
  const client = await served.client(CatalogService, { service: 'gateway' });
  const error = await client.getProduct({ productId: crypto.randomUUID() }).catch((failure) => failure);
  expect([error.code, error.findDetails(ErrorInfoSchema), isAnswer(error)]).toEqual([Code.Unavailable, [], false]);
});

test('an injected delay makes a call late, and its end ends the delay', async () => {
  const served = await catalog(on({ rpc: '*', percent: 100, delayMs: 30_000 }));
  const client = await served.client(CatalogService, { service: 'gateway' });
  const begin = performance.now();
  const error = await client
    .getProduct({ productId: crypto.randomUUID() }, { timeoutMs: 200 })
    .catch((failure) => failure);
  expect(error.code).toBe(Code.DeadlineExceeded);
  expect(performance.now() - begin).toBeLessThan(10_000);
});

test('whoever may not call a process cannot make it wait', async () => {
  const served = await catalog(on());
  const transport = createGrpcTransport({ target: `127.0.0.1:${served.grpcPort}` });
  const client = createClient(CatalogService, transport);
  const headers = { [FAULT_HEADER]: 'abort=DATA_LOSS' };
  const error = await client.getProduct({ productId: crypto.randomUUID() }, { headers }).catch((failure) => failure);
  transport.close();
  expect(error.code).toBe(Code.Unauthenticated);
});

test('a header travels on with the calls that are made for its call, from process to process', async () => {
  const seen: (string | undefined)[] = [];
  const behind = await catalog({ service: 'catalog', faults: [] }, seen);
  const inner = await behind.client(CatalogService, { service: 'gateway' });
  const front = await serve(
    [
      {
        service: CatalogService,
        impl: Object.fromEntries(
          CatalogService.methods.map(({ localName }) => [localName, (request: never) => inner.getProduct(request)]),
        ),
      },
    ],
    { domain: 'front', rules: {} },
    { faults: { service: 'orders', faults: [] } },
  );
  opened.unshift(front);
  const outer = await front.client(CatalogService, { service: 'gateway' });
  const header = 'delay=1ms;service=nobody';
  await outer.getProduct({ productId: crypto.randomUUID() }, { headers: { [FAULT_HEADER]: header } });
  await outer.getProduct({ productId: crypto.randomUUID() });
  expect(seen).toEqual([header, undefined]);
});
