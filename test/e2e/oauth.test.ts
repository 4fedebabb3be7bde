/** The authorization server as outsiders and services meet it: through the gateway of a whole mesh, in which nobody believes tokens made beforehand. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { freePort } from '#chassis/local/free-port.ts';
import { services } from '#chassis/local/topology.ts';
import { OrderState } from '#gen/tradewind/orders/v1/orders_pb.ts';
import { OrdersService } from '#gen/tradewind/orders/v1/orders_service_pb.ts';
import { address, follow, openShop, type Shop } from './shop.fixture.ts';

const SECRET = 'a secret that every service of this test has';

let shop: Shop;
let issuer: string;
beforeAll(async () => {
  const gatewayPort = await freePort();
  issuer = `http://localhost:${gatewayPort}`;
  shop = await openShop({
    again: { directory: mkdtempSync(join(tmpdir(), 'tradewind-oauth-')), gatewayPort },
    env: {
      MESH_JWKS: '{"keys":[]}',
      OAUTH_CLIENTS: JSON.stringify(services.map(({ name: id }) => ({ id, kind: 'SERVICE', secret: SECRET }))),
      OAUTH_CLIENT_SECRET: SECRET,
      OAUTH_TOKEN_URL: `${issuer}/oauth2/token`,
    },
  });
}, 120_000);
afterAll(() => shop?.close());

test('services that get their tokens by client credentials carry an order from the cart to the door', async () => {
  const orders = shop.client(OrdersService, (await shop.shopper()).token);
  const items = [{ productId: await shop.product(1), quantity: 1n }];
  const request = { requestId: newId(), items, shippingAddress: address, paymentToken: 'tok_visa' };
  const { order } = await orders.placeOrder(request);
  const done = await follow(orders, order?.id ?? '', OrderState.DELIVERED, OrderState.CANCELLED);
  expect(done.state).toBe(OrderState.DELIVERED);
}, 100_000);

test('a client finds the authorization server at the gateway, and it is shown as the issuer', async () => {
  const settings = { execute: [oauth.allowInsecureRequests] };
  const { gatewayUrl } = shop.mesh.record;
  const client = await oauth.discovery(
    new URL(gatewayUrl),
    'orders',
    undefined,
    oauth.ClientSecretBasic(SECRET),
    settings,
  );
  expect(client.serverMetadata().token_endpoint).toBe(`${issuer}/oauth2/token`);
  const { access_token: token } = await oauth.clientCredentialsGrant(client);
  expect(await oauth.tokenIntrospection(client, token)).toMatchObject({
    active: true,
    sub: 'service:orders',
    iss: issuer,
  });
});

test('what it says of itself, and its keys, may be kept for five minutes', async () => {
  for (const path of ['/.well-known/openid-configuration', '/.well-known/jwks.json']) {
    const { headers } = await fetch(issuer + path, { headers: { origin: 'https://partner.example' } });
    expect(headers.get('cache-control'), path).toBe('public, max-age=300');
    expect(headers.get('access-control-allow-origin'), path).toBe('https://partner.example');
    expect(headers.get('access-control-allow-methods'), path).toBeNull();
    expect(headers.get('vary'), path).toMatch(/origin/i);
  }
});

test('of identity nothing else is reached through the gateway', async () => {
  for (const path of [
    '/oauth2',
    '/oauth2/nothing',

    '/.well-known/oauth-authorization-server',
  ])
    expect((await fetch(`${issuer}${path}`)).status, path).toBe(404);
});
