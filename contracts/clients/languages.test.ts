import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#chassis/ids.ts';
import { CatalogService, type GetProductRequest } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { startMesh } from '../../services/gateway/mesh.fixture.ts';
import { run } from '../gate/image.ts';
import { snippetsOf } from './empty-project.fixture.ts';
import { GO_MODULE, generateGo } from './go/generate.ts';
import { generatePython } from './python/generate.ts';
import { skipLoudly } from './skip-loudly.fixture.ts';

const productId = newId();
const python = process.env.PYTHON ?? 'python3';
const runs = (command: string, ...words: string[]) => spawnSync(command, words).status === 0;
const hasGo = runs('go', 'version') && runs('protoc-gen-go', '--version') && runs('protoc-gen-connect-go', '--version');
const hasPython = runs(python, '-c', 'import grpc, grpc_tools');

let folder: string;
let mesh: Awaited<ReturnType<typeof startMesh>>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-clients-'));
  const getProduct = async ({ productId: id }: GetProductRequest) => ({ product: { id, title: 'Kettle' } });
  mesh = await startMesh([[CatalogService, { getProduct }]]);
});
afterAll(async () => {
  await mesh.stop();
  rmSync(folder, { recursive: true, force: true });
});

const programOf = (language: string) => {
  const readme = join(import.meta.dirname, language, 'README.md');
  return snippetsOf(readme, language).get('Call a service') ?? '';
};

test('a Go program made as its README says calls a service', async (context) => {
  if (!hasGo) return skipLoudly(context, 'there is no go with protoc-gen-go and protoc-gen-connect-go on the PATH');
  const home = join(folder, 'go');
  mkdirSync(join(home, 'cmd'), { recursive: true });
  await generateGo(home);
  writeFileSync(join(home, 'cmd', 'main.go'), programOf('go'));
  await run('go', ['mod', 'init', GO_MODULE], { cwd: home });
  await run('go', ['mod', 'tidy'], { cwd: home });
  await run('go', ['vet', './...'], { cwd: home });
  expect((await run('go', ['run', './cmd', mesh.url, productId], { cwd: home })).stdout).toBe('Kettle\n');
}, 300_000);

test('a Python program made as its README says calls a service', async (context) => {
  if (!hasPython) return skipLoudly(context, 'there is no Python with grpcio and grpcio-tools: set PYTHON to its file');
  const home = join(folder, 'python');
  mkdirSync(home);
  await generatePython(home, python);
  writeFileSync(join(home, 'main.py'), programOf('python'));
  expect((await run(python, ['main.py', mesh.address, productId], { cwd: home })).stdout).toBe('Kettle\n');
}, 60_000);
