import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { loadConfig } from '#chassis/config.ts';
import { localCredentials } from '#chassis/local/credentials.ts';
import { buildOverlay } from '../manifests.ts';
import { secrets } from '../secrets/secrets.ts';
import type { Manifest } from './manifest.ts';
import { type MeshService, readMesh } from './mesh.ts';
import { environmentNames, readTopology } from './topology.ts';

interface Container {
  envFrom: { configMapRef: { name: string } }[];
  env: { name: string; valueFrom: { secretKeyRef: { name: string; key: string; optional?: boolean } } }[];
}

interface Pods {
  template: { spec: { containers: [Container] } };
}

/** Secrets as `istio/secrets/main.ts` would print them. */
async function someSecrets(): Promise<ReadonlyMap<string, Record<string, string>>> {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-secrets-'));
  try {
    const made = await secrets(readMesh(), readTopology(), {
      credentials: await localCredentials(folder),
      databaseUrl: (service) => `postgres://tradewind:secret@postgres.example:5432/${service}`,
      natsUrl: 'nats://nats.example:4222',
      smtpUrl: 'smtp://mail.example:587',
    });
    return new Map(made.map(({ metadata, stringData = {} }) => [metadata?.name ?? '', stringData]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The variables a pod of a service would have. A secret that is not there is a variable without a value. */
function environmentOf(
  service: string,
  manifests: readonly Manifest[],
  known: ReadonlyMap<string, Record<string, string>>,
): Record<string, string | undefined> {
  const named = (kind: string, name: string): Manifest => {
    const found = manifests.find((each) => each.kind === kind && each.metadata?.name === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const [container] = (named('Deployment', service).spec as Pods).template.spec.containers;
  const config = container.envFrom.map(({ configMapRef }) => named('ConfigMap', configMapRef.name).data as object);
  const secret = container.env
    .filter(({ valueFrom }) => !valueFrom.secretKeyRef.optional)
    .map(({ name, valueFrom: { secretKeyRef } }) => [name, known.get(secretKeyRef.name)?.[secretKeyRef.key]]);
  return Object.assign({}, ...config, Object.fromEntries(secret));
}

async function shapeOf(service: string): Promise<z.ZodRawShape> {
  const module = (await import(`../../services/${service}/config.ts`)) as Record<string, z.ZodRawShape>;
  return module[`${service}Config`] ?? {};
}

let known: Awaited<ReturnType<typeof someSecrets>>;

beforeAll(async () => {
  known = await someSecrets();
});

describe.each(environmentNames)('in %s', (environment) => {
  const manifests = buildOverlay(environment);

  test.each(readMesh())('$name is given all that it cannot start without', async (node: MeshService) => {
    const variables = environmentOf(node.name, manifests, known);
    const shape = await shapeOf(node.name);
    expect(() => loadConfig(shape, variables)).not.toThrow();
    expect(Object.values(variables)).not.toContain(undefined);
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(node.database ? ['DATABASE_URL'] : []));
    expect(Object.keys(variables)).toEqual(
      expect.arrayContaining(['HOST', 'JWKS_URL', 'MESH_JWKS', 'NATS_URL', 'SERVICE_TOKEN']),
    );
  });

  // Which services it may call is the contract's to say, whether or not it does.
  test.each(readMesh())('$name is given nothing else that it does not read', async (node: MeshService) => {
    const shape = await shapeOf(node.name);
    const names = Object.keys(environmentOf(node.name, manifests, known));
    expect(names.filter((name) => !(name in shape) && !name.startsWith('UPSTREAM_'))).toEqual([]);
  });
});
