import { Code, ConnectError } from '@connectrpc/connect';
import { expect, onTestFinished, test } from 'vitest';
import { CatalogService, type GetProductRequest } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { startMesh } from './mesh.fixture.ts';

test('while a service cannot answer, the outside gets its earlier answer, marked with its age', async () => {
  let ill = false;
  const getProduct = async ({ productId }: GetProductRequest) => {
    if (ill) throw new ConnectError('cannot', Code.Unavailable);
    return { product: { id: productId, title: 'Kettle' } };
  };
  const mesh = await startMesh([[CatalogService, { getProduct }]]);
  onTestFinished(() => mesh.stop());
  const read = async (productId: string) => {
    const response = await fetch(`${mesh.url}/tradewind.catalog.v1.CatalogService/GetProduct`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://shop.example' },
      body: JSON.stringify({ productId }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const [known, unknown] = ['0198c5a0-0000-7000-8000-000000000001', '0198c5a0-0000-7000-8000-000000000002'];
  const fresh = await read(known);
  expect([fresh.status, fresh.headers.get('x-tradewind-stale')]).toEqual([200, null]);
  ill = true;
  const stale = await read(known);
  expect([stale.status, stale.body]).toEqual([200, fresh.body]);
  expect(stale.headers.get('x-tradewind-stale')).toMatch(/^\d$/);
  expect(stale.headers.get('access-control-expose-headers')).toContain('x-tradewind-stale');
  expect((await read(unknown)).status).toBe(503);
});
