/** What operations' callers take for given in their pacts. */
import { create, toBinary } from '@bufbuild/protobuf';
import { AckPolicy } from 'nats';
import { deadLetterOfRow } from '#chassis/events/dead-letter.ts';
import { natsBroker } from '#chassis/events/nats-broker.ts';
import { deadLetterStream, streamPlanOf } from '#chassis/events/streams.ts';
import { answerIntrospection } from '#chassis/introspection/answer-introspection.ts';
import { services } from '#chassis/local/topology.ts';
import { Health } from '#chassis/rpc/health.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { ids } from '#chassis/testing/pact/examples.ts';
import type { PactProvider } from '#chassis/testing/pact/provider.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import { Span_SpanKind, TracesDataSchema } from '#gen/opentelemetry/proto/trace/v1/trace_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { OrderPlacedSchema } from '#gen/tradewind/orders/events/v1/orders_events_pb.ts';
import type { operationsConfig } from '../config.ts';
import { operations } from '../operations.ts';
import { standIns } from './upstreams.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = '00000000000000aa';
const upstream = 'stand-in:1';

const placed = {
  id: ids.event,
  subject: OrderPlacedSchema.typeName,
  headers: {
    'ce-id': ids.event,
    'ce-type': OrderPlacedSchema.typeName,
    'ce-subject': ids.order,
    'ce-time': new Date().toISOString(),
    'ce-correlationid': ids.event,
    traceparent: `00-${traceId}-${spanId}-01`,
  },
  payload: toBinary(OrderPlacedSchema, create(OrderPlacedSchema, { orderId: ids.order, version: 1n })),
};

export const operationsProvider: PactProvider<typeof operationsConfig> = {
  definition: operations,
  environment: { UPSTREAM_ORDERS: upstream, UPSTREAM_NOTIFICATIONS: upstream, FAULTS_ALLOWED: '1' },
  needsBroker: true,
  upstreams: standIns,
  states({ client, url, nats }) {
    const operator = () =>
      client(OperationsService, { service: 'gateway', user: { id: ids.user, roles: ['OPERATOR'] } });
    const broker = natsBroker(nats.connection, quietLog);
    let mesh: Promise<void> | undefined;

    /** Operations connects to the broker on its own time. */
    const quiet = () => eventually(async () => (await operator()).listFaults({}));

    async function placedOrder() {
      await quiet();
      const plan = await streamPlanOf('orders');
      if (plan) await (await broker).ensureStream(plan);
      await (await broker).publish(placed);
    }

    async function traced() {
      await quiet();
      const began = BigInt(Date.now()) * 1_000_000n;
      const text = (key: string, value: string) => ({ key, value: { value: { case: 'stringValue' as const, value } } });
      const span = {
        ...{ traceId: Buffer.from(traceId, 'hex'), spanId: Buffer.from(spanId, 'hex'), kind: Span_SpanKind.SERVER },
        ...{ name: 'tradewind.orders.v1.OrdersService/PlaceOrder', attributes: [text('rpc.system', 'grpc')] },
        ...{ startTimeUnixNano: began, endTimeUnixNano: began + 2_500_000n },
      };
      const resource = { attributes: [text('service.name', 'orders'), text('service.version', '1.2.3')] };
      const data = create(TracesDataSchema, { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
      const taken = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        body: Buffer.from(toBinary(TracesDataSchema, data)),
      });
      if (!taken.ok) throw new Error(`the span was refused with ${taken.status}`);
    }

    /** One instance of every service answers, from the first time on that a state needs them, and operations has heard them. */
    async function everyService() {
      const health = new Health([]);
      health.enter('serving');
      for (const { name } of services) {
        answerIntrospection({
          url: nats.url,
          service: name,
          version: '1.2.3',
          instance: 'box/1',
          health,
          log: quietLog,
        });
      }
      for await (const { map } of (await operator()).watchServiceMap({})) {
        if (map?.services.every(({ instances }) => instances.length > 0)) return;
      }
    }

    return {
      'a quiet mesh': quiet,
      'a trace': traced,
      async 'an order with an event and a trace'() {
        await placedOrder();
        await traced();
      },
      async 'a mesh that runs'() {
        await placedOrder();
        const manager = await nats.connection.jetstreamManager();
        await manager.consumers.add('ORDERS', {
          durable_name: 'notifications-orders',
          filter_subjects: [OrderPlacedSchema.typeName],
          ack_policy: AckPolicy.Explicit,
        });
        mesh ??= everyService();
        await mesh;
      },
      async 'a dead letter'() {
        await placedOrder();
        const letter = deadLetterOfRow({
          message: placed,
          service: 'orders',
          attempts: 5,
          error: new Error('too large'),
        });
        await (await broker).ensureStream(deadLetterStream);
        await (await broker).publish(letter);
      },
      async 'a fault'() {
        await quiet();
        await (await operator()).setFault({
          ...{ requestId: ids.request, rpc: 'tradewind.orders.v1.OrdersService/PlaceOrder', percent: 50, delayMs: 200 },
        });
      },
    };
  },
};
