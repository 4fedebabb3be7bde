import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { createClient, createRouterTransport } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { TokenPairSchema } from '#gen/tradewind/identity/v1/identity_pb.ts';
import { IdentityService } from '#gen/tradewind/identity/v1/identity_service_pb.ts';
import { heldToken } from './held-token.ts';

const pair = (nth: number, lastsMs: number) =>
  create(TokenPairSchema, {
    accessToken: `access ${nth}`,
    refreshToken: `refresh ${nth}`,
    accessExpireTime: timestampFromMs(Date.now() + lastsMs),
  });

/** An issuer whose tokens last `lastsMs`, and which refresh tokens it was shown. */
function issuer(lastsMs: number) {
  const shown: string[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(IdentityService, {
      refreshToken: ({ refreshToken }) => ({ tokens: pair(shown.push(refreshToken), lastsMs) }),
    });
  });
  return { shown, identity: createClient(IdentityService, transport) };
}

test('a token that holds is used as it is', async () => {
  const { shown, identity } = issuer(900_000);
  const token = heldToken(identity, pair(0, 900_000));
  expect([await token(), await token()]).toEqual(['access 0', 'access 0']);
  expect(shown).toEqual([]);
});

test('a token that ends soon is renewed, once for all who ask', async () => {
  const { shown, identity } = issuer(900_000);
  const token = heldToken(identity, pair(0, 29_000));
  expect(await Promise.all([token(), token(), token()])).toEqual(['access 1', 'access 1', 'access 1']);
  expect(shown).toEqual(['refresh 0']);
});

test('each renewal shows the refresh token that the one before gave', async () => {
  const { shown, identity } = issuer(1_000);
  const token = heldToken(identity, pair(0, 1_000));
  expect([await token(), await token()]).toEqual(['access 1', 'access 2']);
  expect(shown).toEqual(['refresh 0', 'refresh 1']);
});
