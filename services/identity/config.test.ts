import { exportJWK, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { loadConfig } from '#chassis/config.ts';
import { identityConfig } from './config.ts';

const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
const SIGNING_KEY = JSON.stringify(await exportJWK(privateKey));

test('takes a private key and publishes no other by default', () => {
  expect(loadConfig(identityConfig, { UPSTREAM_NOTIFICATIONS: '127.0.0.1:9', SIGNING_KEY })).toMatchObject({
    SIGNING_KEY: { crv: 'P-256' },
    SIGNING_KEYS_PREVIOUS: [],
    REFRESH_TOKEN_DAYS: 30,
  });
});

test('refuses a public key to sign with, without showing it', async () => {
  const shown = JSON.stringify(await exportJWK(publicKey));
  expect(() => loadConfig(identityConfig, { UPSTREAM_NOTIFICATIONS: '127.0.0.1:9', SIGNING_KEY: shown })).toThrow(
    'SIGNING_KEY is (secret). It must be a private EC P-256 key as JWK (JSON)',
  );
});

test('refuses what is not JSON', () => {
  expect(() =>
    loadConfig(identityConfig, { UPSTREAM_NOTIFICATIONS: '127.0.0.1:9', SIGNING_KEY, SIGNING_KEYS_PREVIOUS: '[' }),
  ).toThrow('SIGNING_KEYS_PREVIOUS is (secret). It must be a list');
});
