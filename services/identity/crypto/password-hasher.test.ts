import { expect, test } from 'vitest';
import { createPasswordHasher } from './password-hasher.ts';

const passwords = await createPasswordHasher();

test('stores passwords as argon2id with the parameters OWASP advises', async () => {
  expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('knows the right password from a wrong one', async () => {
  const hash = await passwords.hash('correct horse');
  expect(await passwords.verify(hash, 'correct horse')).toBe(true);
  expect(await passwords.verify(hash, 'wrong horse')).toBe(false);
});

test('the same password is never stored the same way twice', async () => {
  expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'));
});

test('nobody signs in to an account that does not exist, whatever the password', async () => {
  expect(await passwords.verify(undefined, 'nobody has this password')).toBe(false);
});
