import { expect, test } from 'vitest';
import { clientsIn } from './calls-in-code.ts';

const V1 = "import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';\n";
const V2 = "import type { OrdersService as V2 } from '#gen/tradewind/orders/v2/orders_service_pb.ts';\n";

const names = (code: string) => clientsIn(code).taken.map(({ typeName }) => typeName);

test.each(["client(OrdersService, 'orders')", 'createClient(\n  OrdersService,\n  to,\n)'])(
  'a client is taken of the contract that is named: %j',
  (code) => {
    expect(names(V1 + code)).toEqual(['tradewind.orders.v1.OrdersService']);
    expect(clientsIn(V1 + code).unknown).toEqual([]);
  },
);

test.each([
  "client(contracts[0], 'orders')",
  'createCallbackClient(Orders, transports.orders)',
  "transport('orders')",
  'createGrpcTransport({ target })',
])('a way to other services that names no contract is known to nobody: %j', (code) => {
  expect(clientsIn(V1 + code)).toEqual({ taken: [], unknown: [code], calls: [] });
});

test('calls are those of the version the client is of, whatever its name in the file', () => {
  const call = "function read(orders: Pick<Client<typeof V2>, 'getOrder'>) { return orders.getOrder({}); }";
  expect(clientsIn(V1 + V2 + call).calls).toEqual(['tradewind.orders.v2.OrdersService/GetOrder']);
});

test('who only implements a contract calls nothing of it', () => {
  expect(clientsIn(`${V1}const rpc: ServiceImpl<typeof OrdersService> = rules.getOrder(1);`).calls).toEqual([]);
});
