import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { loadConfig } from '#chassis/config.ts';
import { services, upstreamsOf } from '#chassis/local/topology.ts';
import { writeComposeSecrets } from '../cli/commands/secrets-env.ts';
import { root } from '../contracts/gate/image.ts';
import { type Container, composeOf } from './check/compose.ts';
import { environmentOf } from './check/compose-services.ts';

const compose = composeOf(readFileSync(join(root, 'compose.yaml'), 'utf8'));
const containerOf = (name: string): Container => compose.services[name] ?? {};

let secrets: string;
beforeAll(async () => {
  secrets = mkdtempSync(join(tmpdir(), 'tradewind-secrets-'));
  await writeComposeSecrets(secrets);
});
afterAll(() => rmSync(secrets, { recursive: true }));

const shapeOf = async (name: string): Promise<z.ZodRawShape> =>
  ((await import(`../services/${name}/config.ts`)) as Record<string, z.ZodRawShape>)[`${name}Config`] ?? {};

test('every service has a container that runs it', () => {
  const commands = services.map(({ name }) => containerOf(name).command);
  expect(commands).toEqual(services.map(({ name }) => [`services/${name}/main.ts`]));
});

test.each(services)('$name is given all that it cannot start without, and nothing it does not read', async (node) => {
  const variables = environmentOf(containerOf(node.name), secrets);
  const shape = await shapeOf(node.name);
  expect(() => loadConfig(shape, variables)).not.toThrow();
  const needed = ['JWKS_URL', 'MESH_JWKS', 'NATS_URL', 'SERVICE_TOKEN', ...(node.database ? ['DATABASE_URL'] : [])];
  expect(Object.keys(variables)).toEqual(expect.arrayContaining(needed));
  const unread = Object.keys(variables).filter((name) => !(name in shape) && !name.startsWith('UPSTREAM_'));
  expect(unread).toEqual([]);
});

test.each(services)('$name knows where those are whom it may call, and nobody else', ({ name }) => {
  const told = Object.entries(environmentOf(containerOf(name), secrets)).filter(([key]) => key.startsWith('UPSTREAM_'));
  const expected = upstreamsOf(name).map((upstream) => [`UPSTREAM_${upstream.toUpperCase()}`, `${upstream}:9090`]);
  expect(told.sort()).toEqual(expected.sort());
});
