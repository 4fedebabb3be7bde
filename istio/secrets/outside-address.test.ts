import { expect, test } from 'vitest';
import { natsAddress, postgresAddress } from './outside-address.ts';

const at = 'orders:s3cret@postgres.example:5432/orders';

test('takes a database that is reached by TLS with its certificate and name checked', () => {
  const address = `postgres://${at}?sslmode=verify-full`;
  expect(postgresAddress('DATABASE_URL_ORDERS', address)).toBe(address);
});

test.each([
  `postgres://${at}`,
  `postgres://${at}?sslmode=require`,
  `postgres://${at}?sslmode=verify-ca`,
  `postgres://${at}?sslmode=verify-full&sslmode=disable`,
  `postgres://${at}?sslmode=verify-full&ssl=prefer`,
  `mysql://${at}?sslmode=verify-full`,
  'orders',
])('refuses %s, and does not repeat its password', (address) => {
  expect(() => postgresAddress('DATABASE_URL_ORDERS', address)).toThrow(/^DATABASE_URL_ORDERS must (?!.*s3cret)/);
});

test('takes a broker that is reached by TLS', () => {
  expect(natsAddress('NATS_URL', 'tls://a.example:4222')).toBe('tls://a.example:4222');
});

test.each(['nats://a.example:4222', 'a.example'])('refuses a broker at %s', (address) => {
  expect(() => natsAddress('NATS_URL', address)).toThrow('NATS_URL must be an address that begins with tls://');
});
