import * as oauth from 'openid-client';
import { expect, test } from 'vitest';
import { signIn, startOAuth } from '../oauth.fixture.ts';

test('a client finds its way by discovery, signs a user in and calls an RPC for them', async () => {
  const { console, register, call, issuer } = await startOAuth();
  const id = await register();
  const client = await console();
  expect(client.serverMetadata()).toMatchObject({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
  const { tokens } = await signIn(client);
  expect(tokens.claims()).toMatchObject({ sub: id, aud: 'console', iss: issuer });
  const own = await call('GetUser', { userId: id }, tokens.access_token);
  expect(own).toMatchObject({ status: 200, body: { user: { id } } });
  expect(await oauth.fetchUserInfo(client, tokens.access_token, id)).toEqual({ sub: id, email: 'ada@example.org' });
});
