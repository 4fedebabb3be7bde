import { readFileSync } from 'node:fs';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InventoryService } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { reasonOf } from '../domain-error.ts';
import { newId } from '../ids.ts';
import { createGrpcTransport } from '../rpc/client.ts';
import { fetchFrom, fetchWithAuthority } from './mesh-fetch.ts';
import { type Stock, serveStock } from './mutual-tls.fixture.ts';

const NAME = 'tradewind.inventory.v1.InventoryService/GetAvailability';
const question = { productIds: [newId()] };
/** Without a deadline a call does not wait for a server that may yet come. */
const atOnce = { timeoutMs: 0 };

let stock: Stock;
beforeAll(async () => {
  stock = await serveStock();
});
afterAll(() => stock?.close());

/** How a call fails. */
async function failure(call: Promise<unknown>): Promise<ConnectError> {
  return ConnectError.from(
    await call.then(
      () => expect.unreachable('the call was answered'),
      (error) => error,
    ),
  );
}

describe.each(['gRPC', 'HTTP'] as const)('on the %s port', (port) => {
  test('a caller is who its certificate says', async () => {
    const { availability } = await stock.anybody(port, stock.identityOf('gateway').current()).getAvailability(question);
    expect(availability).toMatchObject([{ productId: 'gateway' }]);
  });

  test('a caller without a certificate is refused', async () => {
    const error = await failure(stock.anybody(port).getAvailability(question));
    expect(error).toMatchObject({ code: Code.Unauthenticated });
    expect(error.rawMessage).toBe('a valid credential is needed: no client certificate was shown');
    expect(reasonOf(error)).toMatchObject({ reason: 'UNAUTHENTICATED' });
  });

  test('a caller whose certificate has expired is refused', async () => {
    stock.authority.certify('shipping', -1);
    const files = stock.authority.filesOf('shipping');
    const expired = { cert: readFileSync(files.TLS_CERT), key: readFileSync(files.TLS_KEY) };
    const error = await failure(stock.anybody(port, expired).getAvailability(question));
    expect(error).toMatchObject({ code: Code.Unauthenticated });
    expect(error.rawMessage).toBe('a valid credential is needed: the client certificate has expired');
  });

  test('a caller certified by somebody else is refused, whatever its certificate says', async () => {
    const { cert, key } = stock.identityOf('gateway', stock.stranger()).current();
    const error = await failure(stock.anybody(port, { cert, key }).getAvailability(question));
    expect(error).toMatchObject({ code: Code.Unauthenticated });
    expect(error.rawMessage).toContain('the client certificate is not one of this mesh');
  });

  test('a service that the contract does not allow is refused, and told who it is and who may call', async () => {
    const error = await failure(stock.anybody(port, stock.identityOf('payments').current()).getAvailability(question));
    expect(error).toMatchObject({ code: Code.PermissionDenied });
    expect(error.rawMessage).toContain(`payments may not call ${NAME}, the contract allows gateway`);
    expect(reasonOf(error)).toMatchObject({
      reason: 'CALLER_NOT_ALLOWED',
      metadata: { caller: 'payments', allowed: 'gateway' },
    });
  });
});

describe('a service', () => {
  test('is answered by the service it calls', async () => {
    const { availability } = await stock.client(stock.identityOf('gateway')).getAvailability(question);
    expect(availability).toMatchObject([{ productId: 'gateway' }]);
  });

  test('whose token names another than its certificate is refused', async () => {
    const client = stock.client(stock.identityOf('gateway'), { serviceToken: 'orders' });
    const error = await failure(client.getAvailability(question));
    expect(error).toMatchObject({ code: Code.Unauthenticated });
    expect(error.rawMessage).toContain('the certificate is of gateway, the token of orders');
    const agreeing = stock.client(stock.identityOf('gateway'), { serviceToken: 'gateway' });
    expect(await agreeing.getAvailability(question)).toMatchObject({ availability: [{ productId: 'gateway' }] });
  });

  test('does not talk to another service at the address of the one it calls', async () => {
    const client = stock.client(stock.identityOf('gateway'), { expected: 'payments' });
    const error = await failure(client.getAvailability(question, atOnce));
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(error.cause).toMatchObject({
      details: expect.stringContaining('the server is not spiffe://tradewind.local/ns/tradewind/sa/payments'),
    });
  });

  test('does not talk to a server certified by somebody else', async () => {
    const client = stock.client(stock.identityOf('gateway', stock.stranger()));
    const error = await failure(client.getAvailability(question, atOnce));
    expect(error).toMatchObject({ code: Code.Unavailable });
    expect(error.cause).toMatchObject({
      details: expect.stringContaining('self-signed certificate in certificate chain'),
    });
  });

  test('that speaks no TLS gets no answer', async () => {
    const transport = createGrpcTransport({ target: `127.0.0.1:${stock.grpcPort}`, serviceToken: 'gateway' });
    const error = await failure(createClient(InventoryService, transport).getAvailability(question, atOnce));
    transport.close();
    expect(error).toMatchObject({ code: Code.Unavailable });
  });
});

describe('a page', () => {
  const page = (path: string) => `https://127.0.0.1:${stock.httpPort}${path}`;

  test.each(['/health/live', '/health/ready', '/metrics'])(
    '%s is shown to whoever has no certificate',
    async (path) => {
      const { ca } = stock.identityOf('gateway').current();
      expect(await fetchWithAuthority(ca)(page(path))).toMatchObject({ status: 200 });
    },
  );

  test('is fetched from the service that is meant and from no other', async () => {
    const gateway = stock.identityOf('gateway');
    const health = await fetchFrom(gateway, 'inventory')(page('/health/live'));
    expect(await health.json()).toEqual({ live: true });
    await expect(fetchFrom(gateway, 'identity')(page('/health/live'))).rejects.toThrow('the server is not');
  });
});
