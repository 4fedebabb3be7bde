import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { ids, time } from '#chassis/testing/pact/examples.ts';
import { SpanKind } from '#gen/tradewind/operations/v1/operations_pb.ts';
import { OperationsService } from '#gen/tradewind/operations/v1/operations_service_pb.ts';
import { forwardLaws } from '../testing/forward-laws.ts';

const operations = forwardLaws('operations', import.meta.url);
const { watchServiceMap, getOrderStory, listTraces, getTrace, getServiceLevels, getContracts } =
  OperationsService.method;
const { listDeadLetters, getDeadLetter, replayDeadLetters, discardDeadLetters } = OperationsService.method;
const { watchEvents, getMessaging, listFaults, setFault, clearFaults } = OperationsService.method;
const role = 'OPERATOR';
const domain = 'operations.tradewind';
const quiet = 'a quiet mesh';

const now = timestampFromDate(time);
const traceId = '0af7651916cd43dd8448eb211c80319c';
const placeOrder = 'tradewind.orders.v1.OrdersService/PlaceOrder';
const placed = 'tradewind.orders.events.v1.OrderPlaced';

operations.streams(watchServiceMap, 'the map is told with instances, and with events on their way', {
  given: 'a mesh that runs',
  role,
  requests: [{}],
  answer: {
    map: {
      time: now,
      services: [
        {
          name: 'orders',
          contracts: ['tradewind.orders.v1.OrdersService'],
          instances: [{ id: 'box/1', version: '1.2.3', uptimeSeconds: 1.5, ready: true, phase: 'serving' }],
        },
      ],
      events: [{ producer: 'orders', consumer: 'notifications', durables: ['notifications-orders'], lag: 1n }],
    },
  },
});
operations.answers(getMessaging, 'streams are told with their consumers', {
  given: 'a mesh that runs',
  role,
  request: {},
  answer: {
    streams: [
      {
        ...{ name: 'ORDERS', subjects: ['tradewind.orders.events.>'], messages: 1n, bytes: 300n },
        ...{ firstSequence: 1n, lastSequence: 1n, lastTime: now },
        consumers: [{ name: 'notifications-orders', subjects: [placed], lag: 1n }],
      },
    ],
  },
});
operations.streams(watchEvents, 'events that were stored are told first', {
  given: 'a mesh that runs',
  role,
  requests: [{ type: 'OrderPlaced', last: 1 }],
  answer: {
    event: {
      ...{ stream: 'ORDERS', sequence: 1n, id: ids.event, type: placed, aggregateId: ids.order },
      ...{ correlationId: ids.event, traceId, time: now, storeTime: now, payloadJson: '{}' },
      headers: { 'ce-type': placed },
    },
  },
});

operations.answers(getOrderStory, 'the story of an order is told in the order of its parts', {
  given: 'an order with an event and a trace',
  role,
  request: { orderId: ids.order },
  answer: {
    story: {
      orderId: ids.order,
      state: 'CONFIRMED',
      traceIds: [traceId],
      entries: [{ time: now, service: 'orders', title: 'OrderPlaced' }],
    },
  },
});
operations.refuses(getOrderStory, 'an order nobody knows is refused', {
  given: quiet,
  role,
  request: { orderId: ids.unknown },
  refusal: { code: Code.NotFound, reason: 'ORDER_NOT_FOUND', domain, metadata: { order_id: ids.unknown } },
});

const summary = {
  ...{ traceId, name: placeOrder, service: 'orders', startTime: now, durationMs: 2.5 },
  ...{ spans: 1, services: ['orders'] },
};
const span = {
  ...{ spanId: '00000000000000aa', service: 'orders', version: '1.2.3', name: placeOrder, kind: SpanKind.SERVER },
  ...{ startTime: now, durationMs: 2.5, attributes: { 'rpc.system': 'grpc' } },
};
operations.answers(listTraces, 'traces are listed, with how many spans are kept', {
  given: 'a trace',
  role,
  request: { service: 'orders' },
  answer: { traces: [summary], spansKept: 1, oldestTime: now, receiving: true },
});
operations.answers(getTrace, 'a trace is told with its spans', {
  given: 'a trace',
  role,
  request: { traceId },
  answer: { summary, spans: [span] },
});
operations.refuses(getTrace, 'a trace nobody knows is refused', {
  given: quiet,
  role,
  request: { traceId: 'f'.repeat(32) },
  refusal: { code: Code.NotFound, reason: 'TRACE_NOT_FOUND', domain, metadata: { trace_id: 'f'.repeat(32) } },
});

const given = 'a dead letter';
const deadLetter = {
  ...{ sequence: 1n, eventId: ids.event, type: placed, aggregateId: ids.order },
  ...{ service: 'orders', consumer: 'outbox', error: 'Error: too large', attempts: 5, time: now },
};
operations.answers(listDeadLetters, 'dead letters are listed', {
  given,
  role,
  request: { service: 'orders' },
  answer: { deadLetters: [deadLetter] },
});
operations.answers(getDeadLetter, 'a dead letter is told with its event', {
  given,
  role,
  request: { sequence: 1n },
  answer: { deadLetter, headers: { 'ce-type': placed }, payloadJson: '{}' },
});
operations.refuses(getDeadLetter, 'a dead letter that is not there is refused', {
  given: quiet,
  role,
  request: { sequence: 1n },
  refusal: { code: Code.NotFound, reason: 'DEAD_LETTER_NOT_FOUND', domain, metadata: { sequence: '1' } },
});
operations.answers(replayDeadLetters, 'an event is sent again, and one that is gone is named', {
  given,
  role,
  request: { sequences: [1n, 2n] },
  answer: { replayed: [1n], gone: [2n] },
});
operations.answers(discardDeadLetters, 'a dead letter is let go, and one that is gone is named', {
  given,
  role,
  request: { sequences: [1n, 2n], reason: 'made by mistake' },
  answer: { discarded: [1n], gone: [2n] },
});

const slow = { rpc: placeOrder, percent: 50, delayMs: 200 };
const fault = { ...slow, id: ids.request, endTime: now };
operations.answers(listFaults, 'faults are listed, and whether any are allowed', {
  given: 'a fault',
  role,
  request: {},
  answer: { faults: [fault], allowed: true },
});
operations.answers(setFault, 'a fault is set', {
  given: quiet,
  role,
  request: { requestId: ids.request, ...slow },
  answer: { fault },
});
operations.refuses(setFault, 'a fault of an RPC nobody knows is refused', {
  given: quiet,
  role,
  request: { ...slow, requestId: ids.request, rpc: 'nonsense' },
  refusal: { code: Code.InvalidArgument, reason: 'RPC_NOT_FOUND', domain, metadata: { rpc: 'nonsense' } },
});
operations.answers(clearFaults, 'faults are cleared', {
  given: 'a fault',
  role,
  request: {},
  answer: { cleared: [ids.request] },
});

operations.answers(getServiceLevels, 'promises are told of RPCs that nobody called, too', {
  given: quiet,
  role,
  request: { includeUnused: true },
  answer: {
    levels: [
      {
        ...{ service: 'orders', rpc: placeOrder, targetAvailabilityPercent: 99.5, availabilityPercent: 100 },
        ...{ errorBudgetLeftPercent: 100, met: true },
      },
    ],
    windowSeconds: 1.5,
  },
});
operations.answers(getContracts, 'contracts are told with their comments', {
  given: quiet,
  role,
  request: {},
  answer: {
    descriptorSet: new Uint8Array([10]),
    docs: { [placeOrder]: 'Takes an order.' },
    rpcs: [{ service: 'orders', contract: 'tradewind.orders.v1.OrdersService', name: 'PlaceOrder' }],
  },
});

operations.settled();
