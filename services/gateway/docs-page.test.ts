import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startMesh } from './mesh.fixture.ts';
import { type OpenApi, readOpenApi } from './rest/openapi.ts';

const operations = Object.values(readOpenApi().paths).flatMap((methods) => Object.values(methods));
const LARGEST_PAGE = 60_000;
let mesh: Awaited<ReturnType<typeof startMesh>>;

beforeAll(async () => {
  mesh = await startMesh([]);
});
afterAll(() => mesh.stop());

async function get(path: string) {
  const response = await fetch(`${mesh.url}${path}`);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('the document is served as JSON and as YAML, with the address it was asked for at', async () => {
  const json = JSON.parse((await get('/openapi.json')).text) as OpenApi;
  expect(json).toEqual({ ...readOpenApi(), servers: [{ url: mesh.url }] });
  expect(parse((await get('/openapi.yaml')).text)).toEqual(json);
});

test('every operation has a page, all that the pages link to is there, and none is large', async () => {
  const known = new Map<string, string>();
  const waiting = ['/docs', ...operations.map(({ operationId }) => `/docs/${operationId}`)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (known.has(path)) continue;
    const { status, text } = await get(path);
    expect(`${path} ${status}`).toBe(`${path} 200`);
    known.set(path, text);
    if (path.startsWith('/docs') && text.startsWith('<!doctype')) {
      waiting.push(...[...text.matchAll(/(?:href|src)="(\/[^"#]*)"/g)].map(([, link = '']) => link));
    }
  }
  expect(known.size).toBeGreaterThan(operations.length);
  const large = [...known].filter(([path, text]) => path.startsWith('/docs') && text.length > LARGEST_PAGE);
  expect(large.map(([path]) => path)).toEqual([]);
});

test('a page runs and shows nothing but what comes from here', async () => {
  const { headers, text } = await get('/docs/orders.v2.OrdersService.PlaceOrder');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(text).not.toMatch(/https?:\/\/(?!example)|<script>|<style>| on\w+=| style=/);
  expect(text).toContain('CART_EMPTY');
});

test('there is no page of an operation that is not there', async () => {
  expect((await get('/docs/orders.v9.Nothing')).status).toBe(404);
});
