import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { startConsumer } from '#chassis/events/consumer.ts';
import { on } from '#chassis/events/subscription.ts';
import { flagsOf, openFlags } from '#chassis/faults/flag.ts';
import { newId } from '#chassis/ids.ts';
import { answerIntrospection } from '#chassis/introspection/answer-introspection.ts';
import { Health } from '#chassis/rpc/health.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import type { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrderPlacedSchema } from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import { startOperations, type TestOperations } from './operations.fixture.ts';

let mesh: TestOperations;
let client: Client<typeof OperationsService>;
beforeAll(async () => {
  mesh = await startOperations({ FAULTS_ALLOWED: '1' });
  client = await mesh.client();
});
afterAll(() => mesh.stop());

const reasonsOf = (error: unknown) => reasonOf(error)?.reason;

async function publish(orderId: string, payload?: Uint8Array): Promise<void> {
  const id = newId();
  await mesh.broker.publish({
    id,
    subject: OrderPlacedSchema.typeName,
    headers: {
      'ce-id': id,
      'ce-type': OrderPlacedSchema.typeName,
      'ce-subject': orderId,
      'ce-time': new Date().toISOString(),
      'ce-correlationid': `of ${orderId}`,
    },
    payload: payload ?? toBinary(OrderPlacedSchema, create(OrderPlacedSchema, { orderId, version: 1n })),
  });
}

describe('an event that a consumer gave up', () => {
  let broken = true;
  const handled: string[] = [];
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const consumer = {
      name: 'fragile',
      subjects: [
        on(OrderPlacedSchema, async ({ orderId }) => {
          if (broken) throw new Error('the printer burns');
          handled.push(orderId);
        }),
      ],
    };
    const running = await startConsumer({
      broker: mesh.broker,
      service: 'test',
      consumer,
      log: quietLog,
      backOffMs: [0],
    });
    stop = running.stop;
  });
  afterAll(() => stop());

  test('is listed, shown decoded, replayed, and then handled', async () => {
    broken = true;
    const orderId = newId();
    await publish(orderId);
    const letter = await eventually(async () => {
      const { deadLetters } = await client.listDeadLetters({ service: 'test', consumer: 'fragile' });
      return deadLetters.find(({ aggregateId }) => aggregateId === orderId) ?? expect.unreachable();
    });
    expect(letter).toMatchObject({ type: OrderPlacedSchema.typeName, attempts: 5, error: 'Error: the printer burns' });
    const { payloadJson, headers } = await client.getDeadLetter({ sequence: letter.sequence });
    expect(JSON.parse(payloadJson)).toEqual({ orderId, version: '1' });
    expect(headers).toMatchObject({ 'ce-correlationid': `of ${orderId}` });
    broken = false;
    const gone = 999_999n;
    expect(await client.replayDeadLetters({ sequences: [letter.sequence, gone] })).toMatchObject({
      replayed: [letter.sequence],
      gone: [gone],
    });
    await eventually(() => expect(handled).toEqual([orderId]));
    expect(await client.getDeadLetter({ sequence: letter.sequence }).catch(reasonsOf)).toBe('DEAD_LETTER_NOT_FOUND');
  });

  test('is discarded for a reason, once', async () => {
    broken = true;
    const orderIds = [newId(), newId()];
    for (const orderId of orderIds) await publish(orderId);
    const sequences = await eventually(async () => {
      const { deadLetters } = await client.listDeadLetters({});
      expect(deadLetters.map(({ aggregateId }) => aggregateId).sort()).toEqual(orderIds.toSorted());
      return deadLetters.map(({ sequence }) => sequence);
    });
    const first = await client.listDeadLetters({ pageSize: 1 });
    const second = await client.listDeadLetters({ pageSize: 1, pageToken: first.nextPageToken });
    expect([...first.deadLetters, ...second.deadLetters].map(({ sequence }) => sequence)).toEqual(sequences);
    expect(second.nextPageToken).toBe('');
    const discard = () => client.discardDeadLetters({ sequences, reason: 'made by a test' });
    expect(await discard()).toMatchObject({ discarded: sequences, gone: [] });
    expect(await discard()).toMatchObject({ discarded: [], gone: sequences });
  });

  test('the consumer is among those of its stream, with nothing waiting for it', async () => {
    const { streams } = await eventually(async () => {
      const messaging = await client.getMessaging({});
      expect(messaging.missingParts).toEqual([]);
      return messaging;
    });
    const consumers = streams.find(({ name }) => name === 'ORDERS')?.consumers;
    expect(consumers).toMatchObject([{ name: 'test-fragile', lag: 0n, unacknowledged: 0n }]);
  });
});

describe('watching events', () => {
  test('shows the last ones first, then each that comes, of those asked for', async () => {
    const [before, after, other] = [newId(), newId(), newId()];
    const correlationId = `of ${after}`;
    await publish(before);
    await publish(other);
    const leave = new AbortController();
    const seen: string[] = [];
    for await (const { event } of client.watchEvents({ aggregateId: before, last: 5 }, { signal: leave.signal })) {
      if (!event) continue;
      seen.push(event.aggregateId);
      expect(JSON.parse(event.payloadJson)).toMatchObject({ orderId: before });
      break;
    }
    for await (const { event } of client.watchEvents({ correlationId }, { signal: leave.signal })) {
      if (event) seen.push(event.aggregateId);
      else for (const each of [other, after]) await publish(each);
      if (event) break;
    }
    expect(seen).toEqual([before, after]);
  });
});

describe('the map', () => {
  test('shows every instance that answers and every service that does not', async () => {
    const health = new Health([{ name: 'postgres', critical: true, check: async () => undefined }]);
    health.enter('serving');
    const answering = { url: mesh.nats.url, service: 'orders', version: '1.2.3', health, log: quietLog };
    const instances = ['box/1', 'box/2'].map((instance) => answerIntrospection({ ...answering, instance }));
    const sizes: number[] = [];
    for await (const { map } of client.watchServiceMap({})) {
      const orders = map?.services.find(({ name }) => name === 'orders')?.instances ?? [];
      sizes.push(orders.length);
      if (orders.length < 2) continue;
      expect(orders.map(({ id }) => id)).toEqual(['box/1', 'box/2']);
      expect(orders[0]).toMatchObject({
        version: '1.2.3',
        ready: true,
        dependencies: [{ name: 'postgres', up: true }],
      });
      expect(map?.services.find(({ name }) => name === 'payments')?.instances).toEqual([]);
      break;
    }
    expect(sizes.at(-1)).toBe(2);
    for (const each of instances) await each.stop();
  }, 20_000);
});

describe('faults', () => {
  test('are set, listed and cleared where every process sees them', async () => {
    const requestId = newId();
    const asked = {
      requestId,
      rpc: 'tradewind.payments.v1.PaymentsService/AuthorizePayment',
      delayMs: 200,
      percent: 50,
    };
    await client.setFault(asked);
    await client.setFault(asked);
    expect(await client.listFaults({})).toMatchObject({ allowed: true, faults: [{ id: requestId, delayMs: 200 }] });
    expect(await flagsOf(await openFlags(mesh.connection))).toMatchObject([{ id: requestId, percent: 50 }]);
    expect(await client.clearFaults({})).toMatchObject({ cleared: [requestId] });
    expect((await client.listFaults({})).faults).toEqual([]);
  });

  test('need an RPC that exists and something to go wrong', async () => {
    const unknown = client.setFault({ requestId: newId(), rpc: 'tradewind.none.v1.None/No', delayMs: 1 });
    expect(await unknown.catch(reasonsOf)).toBe('RPC_NOT_FOUND');
    const nothing = client.setFault({ requestId: newId(), rpc: '*' });
    expect(await nothing.catch(reasonsOf)).toBe('FAULT_WITHOUT_EFFECT');
  });

  test('are refused in a mesh that does not allow them', async () => {
    const strict = await startOperations();
    const asked = await strict.client();
    expect(await asked.listFaults({})).toMatchObject({ allowed: false, faults: [] });
    const set = asked.setFault({ requestId: newId(), rpc: '*', abort: 'UNAVAILABLE' });
    expect(await set.catch(reasonsOf)).toBe('FAULTS_NOT_ALLOWED');
    expect(await asked.clearFaults({}).catch(reasonsOf)).toBe('FAULTS_NOT_ALLOWED');
    await strict.stop();
  });
});

test('the contracts are handed out whole: every RPC with its policy, its comment and its reasons', async () => {
  const { descriptorSet, docs, rpcs } = await client.getContracts({});
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet));
  const missing = rpcs.filter(
    ({ contract, name }) => !registry.getService(contract)?.methods.some((each) => each.name === name),
  );
  expect(missing).toEqual([]);
  expect(rpcs.find(({ name }) => name === 'DiscardDeadLetters')).toMatchObject({
    service: 'operations',
    reasons: ['BROKER_AWAY'],
    policy: { roles: ['OPERATOR'] },
  });
  expect(rpcs.filter(({ contract, name }) => !docs[`${contract}/${name}`])).toEqual([]);
  expect(descriptorSet.length).toBeLessThan(1_000_000);
});

test('nobody but an operator is answered', async () => {
  const shopper = await mesh.client({ service: 'gateway', user: { id: 'u-1', roles: ['SHOPPER', 'MERCHANT'] } });
  expect(await shopper.listFaults({}).catch(ConnectError.from)).toMatchObject({ code: Code.PermissionDenied });
  const orders = await mesh.client({ service: 'orders', user: { id: 'op-1', roles: ['OPERATOR'] } });
  expect(await orders.listFaults({}).catch(ConnectError.from)).toMatchObject({ code: Code.PermissionDenied });
});

test('without the broker it says what is missing, and goes on when it is back', async () => {
  const lonely = await startOperations();
  const asked = await lonely.client();
  await eventually(async () => expect((await asked.listDeadLetters({})).deadLetters).toEqual([]));
  await lonely.nats.kill();
  await eventually(async () => expect(await asked.listDeadLetters({}).catch(reasonsOf)).toBe('BROKER_AWAY'));
  const { missingParts } = await asked.getMessaging({});
  expect(missingParts.map(({ part }) => part)).toContain('streams');
  expect((await asked.getContracts({})).rpcs.length).toBeGreaterThan(0);
  await lonely.nats.revive();
  await eventually(async () => expect((await asked.listDeadLetters({})).deadLetters).toEqual([]));
  await lonely.stop();
}, 30_000);
