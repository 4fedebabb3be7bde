/** Every fault the mesh is made to suffer here, and what must be seen of it: read by people as docs/faults.md, and walked on a running mesh by fault-catalogue.test.ts. */

/** A figure of one service's `/metrics` that tells of a fault. */
export interface Telltale {
  service: string;
  metric: string;
  /** `|` between values stands for either. */
  labels: Readonly<Record<string, string>>;
  /** By how much it must rise at least, or what it must become. */
  rises?: number;
  becomes?: number;
}

export interface CataloguedFault {
  name: string;
  /** Words after `tradewind fault set`, or what is done in another way. */
  cause: { flag: readonly string[] } | { byHand: string };
  symptom: string;
  telltale: Telltale;
  /** The condition of the alert it must raise, in PromQL; none for what is no reason to wake anybody. */
  alert: string | undefined;
  /** Proven with every `npm test`, or in the longer `npm run chaos` only. */
  when: 'test' | 'chaos';
}

const rpc = (service: string, name: string) => `tradewind.${service}.v1.${name}`;
/** By how many seconds the calls of an RPC took longer, as one side of them measures it. */
const slower = (service: string, side: 'client' | 'server', rpc: string, seconds: number): Telltale => ({
  ...{ service, metric: `tradewind_rpc_${side}_duration_seconds_sum` },
  ...{ labels: { rpc, code: 'OK' }, rises: seconds },
});
const CIRCUIT_TO_PAYMENTS: Telltale = {
  service: 'orders',
  metric: 'tradewind_breaker_state',
  labels: { dependency: 'payments' },
};
const LATE =
  'histogram_quantile(0.95, sum by (le, service) (rate(tradewind_rpc_server_duration_seconds_bucket[5m]))) > 2';
const FAILING =
  'sum by (service) (rate(tradewind_rpc_server_duration_seconds_count{code=~"UNAVAILABLE|DEADLINE_EXCEEDED|INTERNAL"}[2m])) / sum by (service) (rate(tradewind_rpc_server_duration_seconds_count[2m])) > 0.05';

export const faultCatalogue: readonly CataloguedFault[] = [
  {
    name: 'payments is slow',
    cause: { flag: ['PaymentsService/AuthorizePayment', '--delay', '2s'] },
    symptom: 'PlaceOrder answers as ever; the order is STOCK_RESERVED until the payment is there, then CONFIRMED.',
    telltale: slower('payments', 'server', rpc('payments', 'PaymentsService/AuthorizePayment'), 2),
    alert: LATE,
    when: 'test',
  },
  {
    name: 'inventory is slow',
    cause: { flag: ['InventoryService/ReserveStock', '--delay', '1s', '--caller', 'orders'] },
    symptom: 'PlaceOrder answers as ever; the order is PENDING until its stock is reserved, then CONFIRMED.',
    telltale: slower('orders', 'client', rpc('inventory', 'InventoryService/ReserveStock'), 1),
    alert: LATE,
    when: 'test',
  },
  {
    name: 'sign-in is slow',
    cause: { flag: ['IdentityService/Login', '--delay', '1s'] },
    symptom: 'Signing in takes a second longer; whoever is signed in notices nothing.',
    telltale: slower('identity', 'server', rpc('identity', 'IdentityService/Login'), 1),
    alert: LATE,
    when: 'test',
  },
  {
    name: 'some answers are slow',
    cause: { flag: ['InventoryService/GetAvailability', '--delay', '600ms', '--percent', '30'] },
    symptom:
      'Most callers who meet a slow answer do not wait for it: the gateway asks a second time, and takes what comes first. Of all calls a twentieth may be such second ones.',
    telltale: {
      service: 'gateway',
      metric: 'tradewind_hedges_total',
      labels: { rpc: rpc('inventory', 'InventoryService/GetAvailability'), outcome: 'won' },
      rises: 1,
    },
    alert:
      'sum by (service, rpc) (rate(tradewind_hedges_total[5m])) / sum by (service, rpc) (rate(tradewind_rpc_client_duration_seconds_count[5m])) > 0.04',
    when: 'test',
  },
  {
    name: 'one request fails at the service behind the gateway',
    cause: {
      byHand: 'the header `x-tradewind-fault: abort=DATA_LOSS;rpc=tradewind.catalog.v1.CatalogService/GetProduct`',
    },
    symptom: 'That request is answered with DATA_LOSS; the same request without the header is answered as ever.',
    telltale: {
      service: 'catalog',
      metric: 'tradewind_faults_injected_total',
      labels: { kind: 'abort' },
      rises: 1,
    },
    alert: undefined,
    when: 'test',
  },
  {
    name: 'an event that no consumer can read',
    cause: { byHand: 'bytes that are no OrderConfirmed, published under its subject' },
    symptom: 'It becomes a dead letter of every consumer of that event, and the events after it are handled.',
    telltale: {
      service: 'notifications',
      metric: 'tradewind_events_handled_total',
      labels: { outcome: 'dead' },
      rises: 1,
    },
    alert: 'increase(tradewind_events_handled_total{outcome="dead"}[5m]) > 0',
    when: 'test',
  },
  {
    name: 'events come twice',
    cause: { byHand: 'the last events of the stream ORDERS, published once more under message ids of their own' },
    symptom:
      'Consumers handle them again, and nothing comes of it: whoever was told that an order is certain is not told again.',
    telltale: {
      service: 'notifications',
      metric: 'tradewind_events_handled_total',
      labels: { consumer: 'notifications-order-mails', outcome: 'handled' },
      rises: 1,
    },
    alert: undefined,
    when: 'test',
  },
  {
    name: 'a checkout cannot go on',
    cause: { byHand: "shipping's table says that the parcel which the checkout will ask for was cancelled" },
    symptom:
      'Trying again cannot help after the order is CONFIRMED, so the checkout is parked: `npx tradewind saga list --state parked` shows it at `create shipment`. When the cause is mended, `npx tradewind saga resume` lets it go on, and the parcel is made.',
    telltale: {
      service: 'orders',
      metric: 'tradewind_saga_ended_total',
      labels: { saga: 'checkout', outcome: 'parked' },
      rises: 1,
    },
    alert: 'sum by (saga) (tradewind_saga_open{status="parked"}) > 0',
    when: 'test',
  },
  {
    name: 'shipping gives no answer',
    cause: { flag: ['ShippingService/CreateShipment', '--abort', 'UNAVAILABLE'] },
    symptom: 'Orders are CONFIRMED, and their parcels wait: the checkout repeats the step until shipping is back.',
    telltale: {
      service: 'orders',
      metric: 'tradewind_saga_step_failures_total',
      labels: { saga: 'checkout', step: 'create shipment' },
      rises: 1,
    },
    alert: 'rate(tradewind_saga_step_failures_total[5m]) > 0.1',
    when: 'test',
  },
  {
    name: 'a service is killed',
    cause: { byHand: 'SIGKILL to the process of payments' },
    symptom: 'It is started again; orders are taken meanwhile, and CONFIRMED as soon as it is back.',
    telltale: { service: 'payments', metric: 'process_start_time_seconds', labels: {}, rises: 1 },
    alert: 'changes(process_start_time_seconds[15m]) > 2',
    when: 'test',
  },
  {
    name: 'PostgreSQL is killed',
    cause: { byHand: 'SIGKILL to the PostgreSQL server' },
    symptom:
      'Calls that need it are answered with UNAVAILABLE and the reason DATABASE_UNAVAILABLE, or run out of time, until it is started again on its data; then orders are taken and CONFIRMED as ever, and nothing is lost.',
    telltale: {
      service: 'inventory',
      metric: 'tradewind_rpc_server_duration_seconds_count',
      labels: { rpc: rpc('inventory', 'InventoryService/GetAvailability'), code: 'UNAVAILABLE|DEADLINE_EXCEEDED' },
      rises: 1,
    },
    alert: FAILING,
    when: 'test',
  },
  {
    name: 'the clock of a service is wrong',
    cause: {
      byHand:
        'notifications is started with a clock that is 12 s fast (`CLOCK_SKEW_MS=12000`, `test/chaos/skewed-clock.ts`)',
    },
    symptom:
      'Tokens are believed all the same and mails are sent, each once; only the ages that it measures are wrong, by as much.',
    telltale: {
      service: 'notifications',
      metric: 'tradewind_event_age_seconds_sum',
      labels: { consumer: 'notifications-order-mails' },
      rises: 11,
    },
    alert: 'histogram_quantile(0.5, sum by (le, service, consumer) (rate(tradewind_event_age_seconds_bucket[5m]))) > 5',
    when: 'test',
  },
  {
    name: 'the broker is away',
    cause: { byHand: 'nats-server is stopped in its tracks (SIGSTOP)' },
    symptom:
      'Orders are taken all the same; their events wait in the outbox and are published when the broker is back.',
    telltale: { service: 'orders', metric: 'tradewind_outbox_lag_rows', labels: {}, rises: 1 },
    alert: 'tradewind_outbox_lag_seconds > 60',
    when: 'test',
  },
  {
    name: 'the database of a service is away',
    cause: { byHand: 'the way from inventory to its database leads nowhere: connections are reset, new ones refused' },
    symptom:
      'Its calls are answered with UNAVAILABLE and the reason DATABASE_UNAVAILABLE, or run out of time while a connection is tried again; `/health/ready` with 503. The other services stay ready.',
    telltale: {
      service: 'inventory',
      metric: 'tradewind_rpc_server_duration_seconds_count',
      labels: { rpc: rpc('inventory', 'InventoryService/GetAvailability'), code: 'UNAVAILABLE|DEADLINE_EXCEEDED' },
      rises: 1,
    },
    alert: FAILING,
    when: 'test',
  },
  {
    name: 'more calls than can be answered',
    cause: { flag: ['CatalogService/SearchProducts', '--delay', '1s', '--service', 'gateway'] },
    symptom:
      'Calls beyond what the gateway can answer in time get RESOURCE_EXHAUSTED at once, with a hint when to come again.',
    telltale: { service: 'gateway', metric: 'tradewind_shed_total', labels: { priority: 'NORMAL' }, rises: 1 },
    alert: 'sum by (service) (rate(tradewind_shed_total{priority!="BACKGROUND"}[5m])) > 1',
    when: 'test',
  },
  {
    name: 'shipping is back',
    cause: { byHand: '`tradewind fault clear --all`' },
    symptom:
      'The circuit closes with its first trial, half a minute after it opened at most, and every parcel that waited is made.',
    telltale: { service: 'orders', metric: 'tradewind_breaker_state', labels: { dependency: 'shipping' }, becomes: 0 },
    alert: undefined,
    when: 'test',
  },
  {
    name: 'one kind of call takes all its places',
    cause: {
      byHand:
        '`tradewind fault set v1.OrdersService/ListOrders --delay 300ms`, and a dozen readers of lists who come back at once',
    },
    symptom:
      'Calls that report have five places at each dependency: the others wait in line, fifty for each place at most; beyond those they are refused and counted in `tradewind_bulkhead_refused_total`. Other calls to the same service are answered as ever.',
    telltale: {
      service: 'gateway',
      metric: 'tradewind_bulkhead_waiting',
      labels: { dependency: 'orders', bulkhead: 'reporting' },
      rises: 1,
    },
    alert: 'min_over_time(tradewind_bulkhead_waiting[5m]) > 0',
    when: 'test',
  },
  {
    name: 'catalog gives no answer',
    cause: { flag: ['CatalogService', '--abort', 'UNAVAILABLE'] },
    symptom: 'Products that were read within the last minute are shown as they were, marked with `x-tradewind-stale`.',
    telltale: {
      service: 'gateway',
      metric: 'tradewind_stale_answers_total',
      labels: { rpc: rpc('catalog', 'CatalogService/GetProduct') },
      rises: 1,
    },
    alert: 'rate(tradewind_stale_answers_total[5m]) > 0',
    when: 'test',
  },
  {
    name: 'payments gives no answer',
    cause: { flag: ['PaymentsService', '--abort', 'UNAVAILABLE', '--caller', 'orders'] },
    symptom:
      'Orders are taken and keep their stock: STOCK_RESERVED, with the time of the next try in `payment_retry_time`. The circuit to payments opens.',
    telltale: { ...CIRCUIT_TO_PAYMENTS, becomes: 2 },
    alert: 'max by (service, dependency) (tradewind_breaker_state) == 2',
    when: 'test',
  },
  {
    name: 'payments is back',
    cause: { byHand: '`tradewind fault clear --all`' },
    symptom:
      'The circuit closes with its first trial, a minute after it opened at most, and every waiting order is CONFIRMED.',
    telltale: { ...CIRCUIT_TO_PAYMENTS, becomes: 0 },
    alert: undefined,
    when: 'chaos',
  },
];
