import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Break } from './buf-breaking.ts';
import { compare } from './compare.ts';
import { undocumented } from './documentation.ts';
import { buildImage, type Contracts, root } from './image.ts';
import type { Change } from './judged.ts';
import { breaking, told } from './report.ts';

interface Breakage {
  name: string;
  /** Below proto/tradewind. */
  file: string;
  /** The first place is meant. */
  was: string;
  is: string;
  element: string;
  breaks: Break[];
  /** All of these are named. */
  affected: string[];
}

const uuid = '[(buf.validate.field).string.uuid = true]';
const payments = 'payments/v1/payments_service.proto';
const onPayment = { file: 'payments/v1/payments.proto', affected: ['callers: external, gateway, orders'] };

const breakages: Breakage[] = [
  {
    ...{ name: 'a field is removed', ...onPayment, was: '  string decline_code = 7;\n', is: '' },
    ...{ element: 'field tradewind.payments.v1.Payment.decline_code was removed' },
    breaks: ['wire', 'JSON', 'source', 'behaviour'],
  },
  {
    ...{ name: 'a field is removed and its number and name are reserved', ...onPayment },
    ...{ was: 'string decline_code = 7;', is: 'reserved 7; reserved "decline_code";' },
    ...{ element: 'field tradewind.payments.v1.Payment.decline_code was removed', breaks: ['source', 'behaviour'] },
  },
  {
    ...{ name: 'a field gets another number', file: payments },
    ...{ was: `string payment_id = 1 ${uuid};`, is: `string payment_id = 9 ${uuid};` },
    element: 'field tradewind.payments.v1.CapturePaymentRequest.payment_id was renumbered from 1 to 9',
    ...{ breaks: ['wire', 'JSON', 'source'], affected: ['callers: orders', 'CapturePayment'] },
  },
  {
    ...{ name: 'a field gets another name', file: 'shipping/v1/shipping.proto' },
    ...{ was: 'string tracking_number =', is: 'string tracking_code =' },
    element: 'field tradewind.shipping.v1.Shipment.tracking_number changed name from "tracking_number" to',
    ...{ breaks: ['JSON', 'source'], affected: ['callers: external, gateway, orders'] },
  },
  {
    ...{ name: 'a field gets another type', file: 'type/v1/money.proto', was: 'int32 nanos =', is: 'string nanos =' },
    element: 'field tradewind.type.v1.Money.nanos changed type from "int32" to "string"',
    ...{ breaks: ['wire', 'JSON', 'source'] },
    affected: ['callers: external, gateway', 'notifications (events/on-order.ts)', 'orders/order-summary'],
  },
  {
    ...{ name: 'an RPC is removed', file: payments, was: 'rpc VoidPayment(', is: 'rpc ForgetPayment(' },
    element: 'RPC tradewind.payments.v1.PaymentsService/VoidPayment was removed',
    ...{ breaks: ['wire', 'JSON', 'source'], affected: ['callers: orders'] },
  },
  {
    ...{ name: 'a rule on a request becomes stricter', file: payments, was: 'max_len: 200', is: 'max_len: 100' },
    element: 'field tradewind.payments.v1.AuthorizePaymentRequest.payment_token has a stricter rule: string.maxLen was',
    ...{ breaks: ['behaviour'], affected: ['callers: orders', 'AuthorizePayment'] },
  },
  {
    ...{ name: 'a new field of a request must be set', file: payments },
    was: `string authorize_request_id = 1 ${uuid};`,
    is: `string authorize_request_id = 1 ${uuid};\n  // Why.\n  string reason = 7 [(buf.validate.field).string.min_len = 1];`,
    element: 'field tradewind.payments.v1.VoidPaymentRequest.reason is new and must be set',
    ...{ breaks: ['behaviour'], affected: ['callers: orders'] },
  },
  {
    ...{ name: 'an enum value is removed', ...onPayment, was: '  PAYMENT_STATE_REFUNDED = 6;\n', is: '' },
    element: 'enum value tradewind.payments.v1.PaymentState.PAYMENT_STATE_REFUNDED was removed',
    ...{ breaks: ['wire', 'JSON', 'source'] },
  },
  {
    ...{ name: 'a field of an event gets another type', file: 'orders/events/v1/orders_events.proto' },
    ...{ was: 'int64 quantity = 3', is: 'int32 quantity = 3' },
    element: 'field tradewind.orders.events.v1.OrderLine.quantity changed type from "int64" to "int32"',
    ...{ breaks: ['JSON', 'source'] },
    affected: ['consumers: notifications (events/on-order.ts)', 'read models: orders/order-summary', 'OrderConfirmed'],
  },
  {
    ...{ name: 'events keep their order by another field', file: 'shipping/events/v1/shipping_events.proto' },
    ...{ was: 'aggregate_id_field: "order_id"', is: 'aggregate_id_field: "shipment_id"' },
    element: 'event tradewind.shipping.events.v1.ShipmentCreated keeps its order by another field',
    ...{ breaks: ['behaviour'], affected: ['shipment_id', 'order_id'] },
  },
  {
    ...{ name: 'an error reason gets another name', file: 'payments/v1/payments_error.proto' },
    ...{ was: 'REASON_CARD_DECLINED =', is: 'REASON_CARD_REFUSED =' },
    element: 'enum value tradewind.payments.v1.PaymentsErrorReason.PAYMENTS_ERROR_REASON_CARD_DECLINED changed name',
    ...{ breaks: ['JSON', 'source', 'behaviour'] },
    affected: ['callers: orders', 'error of tradewind.payments.v1.PaymentsService/AuthorizePayment'],
  },
  {
    ...{ name: 'a caller loses its right', file: payments },
    ...{ was: '        "gateway",\n        "orders"', is: '        "gateway"' },
    element: 'RPC tradewind.payments.v1.PaymentsService/GetPayment may no longer be called by orders',
    ...{ breaks: ['behaviour'], affected: ['callers: orders'] },
  },
  {
    ...{ name: 'an RPC is closed to those who are not signed in', file: 'catalog/v1/catalog_service.proto' },
    ...{ was: 'access: ACCESS_PUBLIC', is: 'access: ACCESS_AUTHENTICATED' },
    element: 'RPC tradewind.catalog.v1.CatalogService/GetProduct is closed to whoever calls for no user',
    ...{ breaks: ['behaviour'], affected: ['callers: gateway'] },
  },
  {
    ...{ name: 'a role may no longer call', file: 'orders/v1/orders_operations_service.proto' },
    ...{ was: 'roles: ["OPERATOR"]', is: 'roles: ["MERCHANT"]' },
    element: 'RPC tradewind.orders.v1.OrdersOperationsService/ListSagas is no longer open to role OPERATOR',
    ...{ breaks: ['behaviour'], affected: ['callers: gateway, operations'] },
  },
  {
    ...{ name: 'a scope no longer lets in', file: 'orders/v1/orders_service.proto' },
    ...{ was: 'scopes: ["orders:write"]', is: 'scopes: ["orders:change"]' },
    element: 'RPC tradewind.orders.v1.OrdersService/SetCartItem is no longer open to scope orders:write',
    ...{ breaks: ['behaviour'], affected: ['callers: gateway'] },
  },
  {
    ...{ name: 'a client has fewer places for its calls', file: 'orders/v1/orders_service.proto' },
    ...{ was: 'bulkhead: BULKHEAD_REPORTING', is: 'bulkhead: BULKHEAD_BACKGROUND' },
    element:
      'RPC tradewind.orders.v1.OrdersService/ListOrders takes fewer calls of one client at once: 5 before and 3 now',
    ...{ breaks: ['behaviour'], affected: ['callers: gateway'] },
  },
  {
    ...{ name: 'an earlier answer no longer stands in', file: 'catalog/v1/catalog_service.proto' },
    ...{ was: '      stale_ok_seconds: 60\n', is: '' },
    element: 'RPC tradewind.catalog.v1.CatalogService/GetProduct is refused sooner when it does not answer',
    ...{ breaks: ['behaviour'], affected: ['callers: gateway'] },
  },
  {
    ...{ name: 'a second way to call over REST is gone', file: 'catalog/v1/catalog_service.proto' },
    ...{
      was: '      additional_bindings: {\n        post: "/v1/products:batchGet"\n        body: "*"\n      }\n',
      is: '',
    },
    element:
      'RPC tradewind.catalog.v1.CatalogService/BatchGetProducts can no longer be called as POST /v1/products:batchGet with body *',
    ...{ breaks: ['JSON'], affected: ['callers: gateway, orders'] },
  },
  {
    ...{ name: 'a deadline comes sooner', file: payments, was: 'timeout_ms: 10000', is: 'timeout_ms: 500' },
    element:
      'RPC tradewind.payments.v1.PaymentsService/AuthorizePayment has less time: deadline was 10000 ms and is 500 ms',
    ...{ breaks: ['behaviour'], affected: ['callers: orders'] },
  },
  {
    ...{ name: 'an RPC may no longer be repeated', file: payments },
    ...{ was: '    option idempotency_level = IDEMPOTENT;\n', is: '' },
    element: 'RPC tradewind.payments.v1.PaymentsService/AuthorizePayment may be repeated less freely',
    ...{ breaks: ['behaviour'], affected: ['callers: orders'] },
  },
  {
    ...{ name: 'a secret is handled less carefully', file: payments },
    ...{ was: 'DATA_CLASS_SECRET', is: 'DATA_CLASS_PERSONAL' },
    element: 'field tradewind.payments.v1.AuthorizePaymentRequest.payment_token is handled less carefully',
    ...{ breaks: ['behaviour'], affected: ['callers: orders'] },
  },
];

const subjectOf = ({ element }: Breakage) => element.split(' ')[1];

/** Breakages that can be made at once: no two of one subject. Comparing takes longer than telling the findings apart. */
const together = breakages.reduce<Breakage[][]>((groups, each) => {
  const group = groups.find((others) => others.every((other) => subjectOf(other) !== subjectOf(each)));
  if (group) group.push(each);
  else groups.push([each]);
  return groups;
}, []);

let folder: string;
let before: Contracts;
/** What is found of each group. */
let findings: Change[][];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-breakages-'));
  before = await buildImage(root, join(folder, 'before.binpb'), { released: true });
  findings = await Promise.all(
    together.map(async (group, index) => {
      const after = await changed(`group ${index}`, (contracts) => {
        for (const { file, was, is } of group) replaceIn(join(contracts, file), was, is);
      });
      return breaking(await compare(before, after));
    }),
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** The contracts as they would be after a change, made in a copy. */
async function changed(name: string, change: (contracts: string) => void): Promise<Contracts> {
  const copy = join(folder, name.replaceAll(' ', '-'));
  for (const part of ['proto', 'third_party', 'buf.yaml'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  change(join(copy, 'proto/tradewind'));
  return buildImage(copy, join(copy, 'image.binpb'));
}

function replaceIn(path: string, was: string, is: string): void {
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(was);
  writeFileSync(path, text.replace(was, is));
}

test.for(breakages)('is caught when $name', (breakage) => {
  const { element, breaks, affected } = breakage;
  const found = findings[together.findIndex((group) => group.includes(breakage))] ?? [];
  const lines = found.map((change) => told(change).split('\n')[0]);
  expect(lines).toContainEqual(expect.stringContaining(element));
  const its = found.filter((_, index) => lines[index]?.includes(element));
  expect(its.map((change) => change.breaks)).toEqual([breaks]);
  for (const one of affected) expect(its.map(told).join()).toContain(one);
});

test('nothing else is caught', () => {
  const expected = together.map((group) => group.map(({ element }) => expect.stringContaining(element)));
  const lines = findings.map((found) => found.map((change) => told(change).split('\n')[0]));
  expect(lines.map((each) => each.length)).toEqual(together.map((group) => group.length));
  for (const [index, each] of lines.entries()) expect(each).toEqual(expect.arrayContaining(expected[index] ?? []));
});

test('is caught when a package moves, and names where to and who consumed what was in it', async () => {
  const after = await changed('a package moves', (contracts) => {
    const [from, to] = ['v1', 'v2'].map((version) =>
      join(contracts, `shipping/events/${version}/shipping_events.proto`),
    );
    mkdirSync(dirname(String(to)));
    renameSync(String(from), String(to));
    replaceIn(String(to), 'package tradewind.shipping.events.v1;', 'package tradewind.shipping.events.v2;');
  });
  const found = breaking(await compare(before, after)).map(told);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(
    'package tradewind.shipping.events.v1 is gone; what was in it is in tradewind.shipping.events.v2',
  );
  expect(found[0]).toContain('consumers: orders (events/on-shipment.ts)');
});

test('says that a message moved to another file, which is another import', async () => {
  const after = await changed('a message moves', (contracts) => {
    const page = join(contracts, 'gateway/v1/gateway.proto');
    const message = /\/\/ A part of a page[^}]*}\n/.exec(readFileSync(page, 'utf8'))?.[0] ?? '';
    const head = 'syntax = "proto3";\n\npackage tradewind.gateway.v1;\n';
    writeFileSync(join(contracts, 'gateway/v1/missing_part.proto'), `${head}\n${message}`);
    replaceIn(page, message, '');
    replaceIn(page, head, `${head}\nimport "tradewind/gateway/v1/missing_part.proto";\n`);
  });
  const found = breaking(await compare(before, after)).map(told);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('message tradewind.gateway.v1.MissingPart moved to another file\n  breaks: source\n');
  expect(found[0]).toContain('callers: external');
});

test('names the message in which a number may be used again that was put out of use', async () => {
  const reserved = await changed('a number is out of use', (contracts) => {
    replaceIn(join(contracts, 'payments/v1/payments.proto'), '  // UUIDv7.\n', '  reserved 99;\n  // UUIDv7.\n');
  });
  const found = breaking(await compare(reserved, before)).map(told);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^message tradewind\.payments\.v1\.Payment is changed: .*reserved.*99/);
});

test('lets a right go that its holder did not use when it was released', async () => {
  const after = await changed('a right goes unused', (contracts) => {
    replaceIn(join(contracts, payments), '        "gateway",\n        "orders"', '        "gateway"');
  });
  const used = { orders: ['tradewind.payments.v1.PaymentsService/GetPayment'] };
  expect(breaking(await compare(before, after, used))).toHaveLength(1);
  expect(breaking(await compare(before, after, {}))).toHaveLength(1);
  expect((await compare(before, after, { orders: [] })).map(({ says, breaks }) => ({ says, breaks }))).toEqual([
    { says: 'may no longer be called by orders, which did not when it was released', breaks: [] },
  ]);
});

test('a new field of a request must be set exactly where a request without it is refused', async () => {
  const rule = '(buf.validate.field)';
  const refused = [
    `string id = 30 [${rule}.string.uuid = true];`,
    `string pattern = 31 [${rule}.string.pattern = "^x+$"];`,
    `int64 amount = 32 [${rule}.int64.gte = 1];`,
    `int64 one_of = 33 [${rule}.int64 = { in: [3, 4] }];`,
    `PaymentState state = 34 [${rule}.enum = { not_in: [0] }];`,
    `repeated string list = 35 [${rule}.repeated.min_items = 1];`,
    `tradewind.type.v1.Money price = 36 [${rule}.required = true];`,
  ];
  const accepted = [
    `optional string known = 40 [${rule}.string.uuid = true];`,
    `string short = 41 [${rule}.string.max_len = 9];`,
    `int64 small = 42 [${rule}.int64.lte = 9];`,
    `string if_set = 43 [${rule}.string.uuid = true, ${rule}.ignore = IGNORE_IF_ZERO_VALUE];`,
  ];
  const after = await changed('fields come', (contracts) => {
    const was = `string authorize_request_id = 1 ${uuid};`;
    replaceIn(join(contracts, payments), was, [was, ...refused, ...accepted].join('\n  // New.\n  '));
  });
  const found = breaking(await compare(before, after));
  expect(new Set(found.map(({ says }) => says))).toEqual(new Set(['is new and must be set']));
  const names = ['id', 'pattern', 'amount', 'one_of', 'state', 'list', 'price'];
  expect(found.map(({ element }) => element.name.split('.').at(-1)).sort()).toEqual(names.sort());
});

test('lets through what only adds', async () => {
  const after = await changed('something is added', (contracts) => {
    const was = '  string decline_code = 7;\n';
    replaceIn(join(contracts, 'payments/v1/payments.proto'), was, `${was}  // A remark.\n  string remark = 20;\n`);
    replaceIn(join(contracts, payments), 'max_len: 200', 'max_len: 300');
    replaceIn(join(contracts, payments), '["orders"]', '["orders", "reviews"]');
  });
  const changes = await compare(before, after);
  expect(breaking(changes).map(told)).toEqual([]);
  expect(changes.map(({ says }) => says)).toEqual([
    'is new',
    'may newly be called by reviews',
    'has a looser rule: string.maxLen was 200 and is 300',
  ]);
});

test('names what nobody described', async () => {
  const after = await changed('comments are missing', (contracts) => {
    replaceIn(join(contracts, 'payments/v1/payments.proto'), '  // UUIDv7.\n', '');
    replaceIn(join(contracts, payments), '  // Reads the payment of an order.\n  // Reasons: PAYMENT_NOT_FOUND.\n', '');
    replaceIn(join(contracts, payments), '  // Reasons: PAYMENT_NOT_FOUND, WRONG_STATE, PROVIDER_UNAVAILABLE.\n', '');
  });
  const { withoutComment, withoutReasons } = undocumented(after);
  expect(withoutComment).toEqual([
    'field tradewind.payments.v1.Payment.id',
    'RPC tradewind.payments.v1.PaymentsService/GetPayment',
  ]);
  expect(withoutReasons).toContain('tradewind.payments.v1.PaymentsService/CapturePayment');
});
