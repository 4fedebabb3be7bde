import { statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DomainError } from '#chassis/domain-error.ts';
import { newId } from '#chassis/ids.ts';
import { CatalogService, type GetProductRequest } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { InventoryService, type WatchStockRequest } from '#gen/tradewind/inventory/v1/inventory_service_pb.ts';
import { startMesh } from '../../services/gateway/mesh.fixture.ts';
import { run } from '../gate/image.ts';
import { browserFile, titleIn } from './browser.fixture.ts';
import { type EmptyProject, emptyProject, filesIn, snippetsOf } from './empty-project.fixture.ts';
import { skipLoudly } from './skip-loudly.fixture.ts';

const snippets = snippetsOf(join(import.meta.dirname, 'typescript', 'README.md'));
const productId = newId();

const fileOf = (heading: string) => `${heading.toLowerCase()}.ts`;

let project: EmptyProject;
/** What the compiler says, a line or more for each mistake. */
let errors: string[];
const errorsOf = (file: string) => errors.filter((line) => line.startsWith(file));
let mesh: Awaited<ReturnType<typeof startMesh>>;
beforeAll(async () => {
  const catalog = {
    async getProduct({ productId: id }: GetProductRequest) {
      if (id !== productId) throw new DomainError('PRODUCT_NOT_FOUND', { product_id: id });
      return { product: { id, title: 'Kettle' } };
    },
  };
  const inventory = {
    async *watchStock({ productIds }: WatchStockRequest) {
      for (const id of productIds) yield { availability: { productId: id, available: 7n } };
    },
  };
  [project, mesh] = await Promise.all([
    emptyProject(),
    startMesh([
      [CatalogService, catalog],
      [InventoryService, inventory],
    ]),
  ]);
  for (const [heading, code] of snippets) project.write(fileOf(heading), code);
  project.write('wrong.ts', (snippets.get('Node') ?? '').replace('{ productId:', '{ productNumber:'));
  project.write('inside.ts', (snippets.get('Browser') ?? '').replace('.watchStock(', '.reserveStock('));
  const files = [...[...snippets.keys()].map(fileOf), 'wrong.ts', 'inside.ts'];
  // What is indented goes on about the line before.
  errors = (await project.typeErrors(files)).split('\n').filter((line) => /^\S/.test(line));
}, 120_000);
afterAll(async () => {
  project.remove();
  await mesh.stop();
});

const callGetProduct = (id: string) =>
  run(process.execPath, ['node.ts', id], { cwd: project.folder, env: { ...process.env, TRADEWIND_URL: mesh.url } });

test('the package holds code, types, README and licence, and nothing of this project', () => {
  const others = project.published.filter((path) => !/\.(?:d\.ts|js)$/.test(path));
  expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(project.published).toEqual(expect.arrayContaining(['client.js', 'orders/v2.d.ts', 'source/by-contract.js']));
});

test.each([...snippets.keys()])('what the README says of %s passes the type check', (heading) => {
  expect(errorsOf(fileOf(heading))).toEqual([]);
});

test('the compiler knows the messages: a field that is none is refused', () => {
  expect(errorsOf('wrong.ts')).toContainEqual(expect.stringContaining("'productNumber' does not exist"));
});

test('RPCs that are for services only are no part of it', () => {
  expect(errorsOf('inside.ts')).toContainEqual(expect.stringContaining("'reserveStock' does not exist"));
});

test('nothing else is wrong, in the client itself neither', () => {
  expect(errors.filter((line) => !/^(?:wrong|inside)\.ts/.test(line))).toEqual([]);
});

test('an empty project calls a service with it from Node', async () => {
  expect((await callGetProduct(productId)).stdout).toBe('Kettle\n');
});

test('a refusal arrives as the reason of the contract', async () => {
  const nobody = newId();
  expect((await callGetProduct(nobody)).stdout).toBe(`There is no product ${nobody}.\n`);
});

test('it is bundled for browsers without anything of Node', async () => {
  await bundle();
  const [[name, code] = ['', '']] = filesIn(join(project.folder, 'dist'));
  expect(code).not.toMatch(/\bfrom\s*["']node:|require\(|__vite-browser-external/);
  const size = statSync(join(project.folder, 'dist', name)).size;
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  process.stdout.write(`a page that watches stock: ${kilobytes(size)}, ${kilobytes(gzipSync(code).length)} gzipped\n`);
  expect(size).toBeGreaterThan(10_000);
});

test('its bundle runs in a browser and reads a stream', async (context) => {
  if (browserFile === undefined) return skipLoudly(context, 'there is no Chromium: set CHROMIUM_BIN to its file');
  await bundle();
  const script = join(project.folder, 'dist', 'browser.js');
  const data = { gateway: mesh.url, product: productId };
  expect(await titleIn(browserFile, script, data, /left$/)).toBe('7 left');
});

/** As a caller of vite would, without a word of configuration about the client. */
async function bundle(): Promise<void> {
  await build({
    root: project.folder,
    logLevel: 'silent',
    build: { lib: { entry: 'browser.ts', formats: ['es'], fileName: 'browser' }, minify: true },
  });
}
