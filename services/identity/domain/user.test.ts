import { expect, test } from 'vitest';
import { erased, maySee, newUser, renamed } from './user.ts';

const ada = newUser({
  id: 'u1',
  email: ' Ada@Example.org ',
  displayName: 'Ada',
  roles: ['SHOPPER'],
  createTime: new Date(0),
});

test('takes an address however it is capitalised for the same address', () => {
  expect(ada.email).toBe('ada@example.org');
});

test('a new name makes a new version, the same name does not', () => {
  expect(renamed(ada, 'Ada L.')).toMatchObject({ displayName: 'Ada L.', version: 2n });
  expect(renamed(ada, 'Ada')).toBe(ada);
});

test('erasing leaves no personal data and no rights', () => {
  const gone = erased(ada);
  expect(gone).toEqual({ ...ada, email: '', displayName: '', roles: [], state: 'ERASED', version: 2n });
});

test('erasing twice changes nothing', () => {
  const gone = erased(ada);
  expect(erased(gone)).toBe(gone);
});

test('a person sees their own account and nobody else, an operator sees all', () => {
  expect(maySee({ id: 'u1', roles: [] }, 'u1')).toBe(true);
  expect(maySee({ id: 'u2', roles: ['SHOPPER', 'MERCHANT'] }, 'u1')).toBe(false);
  expect(maySee({ id: 'u2', roles: ['OPERATOR'] }, 'u1')).toBe(true);
});
