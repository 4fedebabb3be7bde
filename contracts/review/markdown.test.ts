import { expect, test } from 'vitest';
import type { Change } from '../gate/judged.ts';
import { changelogEntry } from './markdown.ts';

function changeOf(name: string, says: string, breaks: Change['breaks'] = []): Change {
  const affected = { callers: [], consumers: [], readModels: [], pacts: [], through: [] };
  const element = { kind: 'RPC', name: `tradewind.${name}`, package: 'tradewind' } as const;
  return { type: 'changed', element, says, breaks, policy: true, affected };
}

test('the changelog has one line for all ways that a service is newly reached over REST', () => {
  const entry = changelogEntry([
    changeOf('catalog.v1.CatalogService/GetProduct', 'can newly be called as GET /v1/products/{product_id}'),
    changeOf('catalog.v1.CatalogService/GetProduct', 'may newly be called by orders'),
    changeOf('catalog.v1.CatalogService/ImportProducts', 'can newly be called as POST /v1/products:import with body *'),
    changeOf('orders.v1.OrdersService/GetCart', 'can newly be called as GET /v1/cart'),
  ]);
  expect(entry.split('\n')).toEqual([
    '### Contracts',
    '',
    '- Service `catalog.v1.CatalogService` can newly be called as `GET /v1/products/{product_id}`, `POST /v1/products:import with body *`.',
    '- RPC `catalog.v1.CatalogService/GetProduct` may newly be called by orders.',
    '- Service `orders.v1.OrdersService` can newly be called as `GET /v1/cart`.',
  ]);
});

test('a way that goes has a line of its own in the changelog, with the RPC it led to', () => {
  const gone = (path: string) =>
    changeOf('orders.v1.OrdersService/GetCart', `can no longer be called as ${path}`, ['JSON']);
  expect(changelogEntry([gone('GET /v1/cart'), gone('GET /v1/basket')]).split('\n')).toEqual([
    '### Contracts: breaking',
    '',
    '- RPC `orders.v1.OrdersService/GetCart` can no longer be called as GET /v1/cart.',
    '- RPC `orders.v1.OrdersService/GetCart` can no longer be called as GET /v1/basket.',
  ]);
});
