import { Code, ConnectError, createClient } from '@connectrpc/connect';
import * as oauth from 'openid-client';
import { expect, onTestFinished, test } from 'vitest';
import { reasonOf } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { watchRevocations } from '#chassis/revocation/watch-revocations.ts';
import type { Call } from '#chassis/rpc/call.ts';
import { createGrpcTransport } from '#chassis/rpc/client.ts';
import { Health } from '#chassis/rpc/health.ts';
import type { Route } from '#chassis/rpc/implementation.ts';
import { authentication } from '#chassis/rpc/interceptors/authentication.ts';
import { authorization } from '#chassis/rpc/interceptors/authorization.ts';
import { openStreams } from '#chassis/rpc/open-streams.ts';
import { createRpcServer } from '#chassis/rpc/server.ts';
import { createTokenVerifier } from '#chassis/rpc/tokens.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { startNats } from '#chassis/testing/nats.ts';
import { quietLog } from '#chassis/testing/quiet-log.ts';
import { OrdersService } from '#gen/tradewind/orders/v2/orders_service_pb.ts';
import { signIn, startOAuth } from '../oauth.fixture.ts';

const REFUSED = 'TOKEN_REVOKED';
const WITHIN_MS = 2_000;

/** Tells of the order as it is, and then of nothing. */
async function* watchOrder({ orderId }: { orderId: string }, { signal }: Call) {
  yield { order: { id: orderId } };
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}

/** Identity, and another service that knows of it nothing but its keys and what the broker tells. */
async function startWorld() {
  const nats = await startNats();
  onTestFinished(() => nats.stop());
  const identity = await startOAuth({ natsUrl: nats.url });
  const { issuer } = identity;
  const streams = openStreams((id) => revocations.has(id));
  const revocations = watchRevocations({ url: nats.url, service: 'orders', log: quietLog, ended: streams.end });
  onTestFinished(async () => void (await revocations.stop()));
  await revocations.known();
  const verifier = createTokenVerifier({
    identity: { issuer, jwksUrl: `${issuer}/.well-known/jwks.json` },
    isRevoked: revocations.has,
  });
  const impl = Object.fromEntries(OrdersService.methods.map(({ localName }) => [localName, async () => ({})]));
  const server = createRpcServer({
    routes: [{ service: OrdersService, impl: { ...impl, watchOrder } } as Route],
    errors: { domain: 'orders.tradewind', rules: {} },
    access: [authentication(verifier), streams.interceptor, authorization({ onBehalfOf: 'gateway' })],
    log: quietLog,
    health: new Health([]),
    host: '127.0.0.1',
    grpcPort: 0,
    httpPort: 0,
  });
  const { grpcPort } = await server.start();
  onTestFinished(() => server.drain(500));
  const transport = createGrpcTransport({ target: `127.0.0.1:${grpcPort}` });
  onTestFinished(() => transport.close());
  const orders = createClient(OrdersService, transport);
  const by = (token: string) => ({ headers: { authorization: `Bearer ${token}` }, timeoutMs: 30_000 });

  await identity.register();
  const client = await identity.shop();
  const { tokens } = await signIn(client);
  const token = tokens.access_token;
  const watching = orders.watchOrder({ orderId: newId() }, by(token))[Symbol.asyncIterator]();
  expect((await watching.next()).value?.order).toBeDefined();
  return {
    client,
    token,
    refreshToken: tokens.refresh_token ?? '',
    /** Why the stream that was opened before ends. */
    ended: watching.next().then(() => expect.unreachable(), ConnectError.from),
    ask: () =>
      orders.listOrders({}, by(token)).then(
        () => 'answered',
        (error: unknown) => reasonOf(error)?.reason,
      ),
  };
}

test.each(['access_token', 'refresh_token'] as const)(
  'a client that gives up its %s is refused by another service within two seconds, and its stream there ends',
  async (kind) => {
    const { client, token, refreshToken, ended, ask } = await startWorld();
    expect(await ask()).toBe('answered');
    const begin = performance.now();
    await oauth.tokenRevocation(client, kind === 'access_token' ? token : refreshToken, { token_type_hint: kind });
    await eventually(async () => expect(await ask()).toBe(REFUSED), { timeoutMs: WITHIN_MS });
    const refusedAfter = performance.now() - begin;
    const error = await ended;
    const endedAfter = performance.now() - begin;
    expect(error.code).toBe(Code.Unauthenticated);
    expect(reasonOf(error)?.reason).toBe(REFUSED);
    expect(Math.max(refusedAfter, endedAfter)).toBeLessThan(WITHIN_MS);
  },
);
