/** API keys as programs use them: through the gateway of a whole mesh, for what they may do, until they are ended. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { eventually } from '#chassis/testing/eventually.ts';
import { ApiKeysService } from '#gen/tradewind/identity/v1/api_keys_service_pb.ts';
import { openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 120_000);
afterAll(() => shop?.close());

test('a key reads orders in either header, does nothing else, and is refused within two seconds of its end', async () => {
  const keys = shop.client(ApiKeysService, (await shop.shopper()).token);
  const { apiKey, secret } = await keys.createApiKey({ requestId: newId(), name: 'Sheet', scopes: ['orders:read'] });
  const get = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${shop.mesh.record.gatewayUrl}${path}`, { headers })).status;
  const bearer = { authorization: `Bearer ${secret}` };
  expect(await get('/v1/orders', bearer)).toBe(200);
  expect(await get('/v1/orders', { 'x-api-key': secret })).toBe(200);
  expect(await get('/v1/apiKeys', bearer)).toBe(403);
  expect(await get('/v1/orders', { 'x-api-key': `${secret}x` })).toBe(401);

  const endedAt = performance.now();
  await keys.revokeApiKey({ apiKeyId: apiKey?.id ?? '' });
  await eventually(async () => expect(await get('/v1/orders', bearer)).toBe(401));
  expect(performance.now() - endedAt).toBeLessThan(2_000);
}, 60_000);
