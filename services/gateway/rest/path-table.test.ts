import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPathTable } from './path-table.ts';

function tableOf(...entries: [method: string, template: string][]) {
  const table = createPathTable<string>();
  for (const [method, template] of entries) table.add(method, template, template);
  return table;
}

/** What a request leads to, in one line. */
function found(table: ReturnType<typeof tableOf>, method: string, path: string): string {
  const match = table.find(method, path);
  if (match.kind !== 'found') return match.kind;
  return [match.value, ...[...match.variables].map(([name, value]) => `${name}=${value}`)].join(' ');
}

const table = tableOf(
  ['GET', '/v1/orders'],
  ['POST', '/v1/orders'],
  ['GET', '/v1/orders:batchGet'],
  ['GET', '/v1/orders/{order_id}'],
  ['GET', '/v1/orders/{order_id}/history'],
  ['POST', '/v1/orders/{order_id}:cancel'],
  ['GET', '/v1/users/{user_id}'],
  ['DELETE', '/v1/users/me'],
  ['GET', '/v1/users/me:export'],
  ['GET', '/v1/{name=shelves/*/books/*}'],
  ['GET', '/v1/files/{path=**}'],
  ['PUT', '/v1/items/{item.sku}'],
);

test.each([
  ['GET', '/v1/orders', '/v1/orders'],
  ['GET', '/v1/orders/7', '/v1/orders/{order_id} order_id=7'],
  ['GET', '/v1/orders/7/history', '/v1/orders/{order_id}/history order_id=7'],
  ['POST', '/v1/orders/7:cancel', '/v1/orders/{order_id}:cancel order_id=7'],
  ['GET', '/v1/orders:batchGet', '/v1/orders:batchGet'],
  ['GET', '/v1/users/me', '/v1/users/{user_id} user_id=me'],
  ['DELETE', '/v1/users/me', '/v1/users/me'],
  ['GET', '/v1/users/me:export', '/v1/users/me:export'],
  ['GET', '/v1/shelves/a/books/b%2Fc', '/v1/{name=shelves/*/books/*} name=shelves/a/books/b%2Fc'],
  ['GET', '/v1/files/a/b%20c/d', '/v1/files/{path=**} path=a/b c/d'],
  ['GET', '/v1/files', '/v1/files/{path=**} path='],
  ['PUT', '/v1/items/A%3A1', '/v1/items/{item.sku} item.sku=A:1'],
  ['GET', '/v1/orders/a%2Fb', '/v1/orders/{order_id} order_id=a/b'],
  ['GET', '/v1/orders/%252F', '/v1/orders/{order_id} order_id=%2F'],
  ['GET', '/v1/orders/..', '/v1/orders/{order_id} order_id=..'],
  ['GET', '/v1/orders/7:cancel', 'other method'],
  ['DELETE', '/v1/orders', 'other method'],
  ['GET', '/v1/orders/7:burn', 'unknown'],
  ['GET', '/v1/orders/', 'unknown'],
  ['GET', '/v1//orders', 'unknown'],
  ['GET', '/v1/orders/:cancel', 'unknown'],
  ['GET', '/v1/orders/7:', 'unknown'],
  ['GET', '/v1/orders/7/history/more', 'unknown'],
  ['GET', 'v1/orders', 'unknown'],
  ['GET', '', 'unknown'],
  ['GET', '/v1/orders/%zz', 'malformed'],
  ['GET', '/v1/orders/%C0%AF', 'malformed'],
])('%s %s leads to %s', (method, path, to) => {
  expect(found(table, method, path)).toBe(to);
});

test('the methods a path has are told, whatever template they come from', () => {
  expect(table.find('POST', '/v1/users/me')).toEqual({ kind: 'other method', allowed: ['DELETE', 'GET'] });
});

describe('whatever is put into a template', () => {
  const awkward = fc.string({ unit: fc.constantFrom('%', '2', 'F', '5', '/', ':', '*', 'é', '\0'), minLength: 1 });
  const any = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => text.isWellFormed());
  const value = fc.oneof(any, awkward);

  test('comes out of the path again', () => {
    fc.assert(
      fc.property(value, fc.constantFrom('', '/history', ':cancel'), (id, rest) => {
        const match = table.find(rest === ':cancel' ? 'POST' : 'GET', `/v1/orders/${encodeURIComponent(id)}${rest}`);
        expect(match).toMatchObject({ kind: 'found', value: `/v1/orders/{order_id}${rest}` });
        expect(match.kind === 'found' && match.variables.get('order_id')).toBe(id);
      }),
    );
  });

  test('comes out of every segment of a longer variable', () => {
    const plain = value.filter((text) => !text.includes('/'));
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 5 }), (parts) => {
        const match = table.find('GET', `/v1/files/${parts.map(encodeURIComponent).join('/')}`);
        expect(match.kind === 'found' && match.variables.get('path')).toBe(parts.join('/'));
      }),
    );
  });
});

test('no path makes the table throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('/', 'v1', 'orders', ':', '%', '%2F', '*', '**', '{', '..', '\0', 'é')),
      (parts) => {
        expect(['found', 'unknown', 'malformed', 'other method']).toContain(table.find('GET', parts.join('')).kind);
      },
    ),
  );
});

test.each(['/v1/a*b', 'v1/orders', '/v1/{a', '/v1/{a=}', '/v1/**/more', '/v1/{a=**}/more', '/v1/', '/v1:', ''])(
  'refuses the template %j',
  (template) => {
    expect(() => tableOf(['GET', template])).toThrow('no path template');
  },
);

test('refuses two templates that no request could tell apart', () => {
  expect(() => tableOf(['GET', '/v1/orders/{order_id}'], ['GET', '/v1/orders/{id}'])).toThrow('leads to two places');
});
