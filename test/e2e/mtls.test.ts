import { readFileSync } from 'node:fs';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { openAuthority } from '#chassis/local/authority.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { waitUntilQuiet } from '../../cli/verify/quiet.ts';
import { verifyMesh } from '../../cli/verify/verify.ts';
import { asJson } from './command-line.fixture.ts';
import { address, follow, openShop, type Shop } from './shop.fixture.ts';

/** How long certificates are good here, in seconds. They are renewed when two thirds of it are over. */
const LIFE = 12;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ replicas: { inventory: 2 }, mtls: { certificateSeconds: LIFE } });
});
afterAll(() => shop?.close());

const instance = (service: string) => shop.mesh.record.services[service]?.[0];
const certificates = () => openAuthority(shop.directory);

/** What the certificate of a service in the data folder says now. */
function certificateOf(service: string) {
  const { TLS_CERT, TLS_KEY } = certificates().filesOf(service);
  return { cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) };
}

/** Calls inventory past the gateway, with a certificate or none. Gives the error, or what it answered. */
async function reserve(tls: { cert?: Buffer; key?: Buffer } = {}) {
  const transport = createGrpcTransport({
    baseUrl: `https://localhost:${instance('inventory')?.grpcPort}`,
    nodeOptions: { ca: readFileSync(certificates().file), ...tls },
  });
  const lines = [{ productId: newId(), quantity: 1n }];
  return createClient(InventoryService, transport)
    .reserveStock({ requestId: newId(), orderId: newId(), lines })
    .catch(ConnectError.from);
}

test('orders are delivered while every certificate changes twice, and every invariant holds', {
  timeout: 180_000,
}, async () => {
  const { token } = await shop.shopper();
  const productId = await shop.product(1_000);
  const orders = shop.client(OrdersService, token);
  const place = async () => {
    const items = [{ productId, quantity: 1n }];
    const request = { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' };
    return (await orders.placeOrder(request)).order?.id ?? '';
  };
  const placed: string[] = [];
  const seen = new Set<string>();
  await eventually(
    async () => {
      placed.push(await place());
      seen.add(certificateOf('inventory').cert.toString());
      expect(seen.size).toBe(3);
    },
    { timeoutMs: 5 * LIFE * 1000, everyMs: 100 },
  );
  placed.push(await place());
  for (const id of placed) await follow(orders, id, OrderState.DELIVERED);
  await waitUntilQuiet(shop.mesh.record, 90);
  const violations = (await verifyMesh(shop.mesh.record)).flatMap((finding) => finding.violations);
  expect(violations).toEqual([]);
});

test('a caller is refused without a certificate and with one that expired', async () => {
  expect(await reserve()).toMatchObject({
    code: Code.Unauthenticated,
    rawMessage: 'a valid credential is needed: no client certificate was shown',
  });
  certificates().certify('stranger', -1);
  expect(await reserve(certificateOf('stranger'))).toMatchObject({
    code: Code.Unauthenticated,
    rawMessage: 'a valid credential is needed: the client certificate has expired',
  });
});

test('a service may do what the contract lets it, and nothing else', async () => {
  expect(await reserve(certificateOf('orders'))).toMatchObject({ code: Code.FailedPrecondition });
  expect(await reserve(certificateOf('payments'))).toMatchObject({
    code: Code.PermissionDenied,
    rawMessage: expect.stringMatching(/: payments may not call \S+ReserveStock, the contract allows orders$/),
  });
});

test('the commands, the keys at the edge and a rolling restart work as ever', { timeout: 120_000 }, async () => {
  const status = await asJson<{ ready: boolean }>(shop.directory, 'status');
  expect(status).toMatchObject({ code: 0, value: { ready: true } });
  const keys = await fetch(`${shop.mesh.record.gatewayUrl}/.well-known/jwks.json`);
  expect(await keys.json()).toMatchObject({ keys: [{ alg: 'ES256' }] });
  expect(await shop.mesh.restart('inventory')).toHaveLength(2);
  expect(await reserve(certificateOf('orders'))).toMatchObject({ code: Code.FailedPrecondition });
});
