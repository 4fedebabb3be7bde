import { credentials, makeGenericClientConstructor, type Server, type ServiceDefinition } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registry } from '#chassis/metrics.ts';
import { addReflection } from '#chassis/rpc/reflection.ts';
import { connectTo, protocols, type Wire } from '#chassis/testing/raw-call.ts';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { startMesh } from './mesh.fixture.ts';
import '#chassis/service.ts';

let mesh: Awaited<ReturnType<typeof startMesh>>;
let wire: Wire;
beforeAll(async () => {
  const importProducts = async (requests: AsyncIterable<unknown>) => {
    let read = 0;
    for await (const _ of requests) read++;
    return { read };
  };
  mesh = await startMesh([[CatalogService, { importProducts }]]);
  const port = Number(new URL(mesh.url).port);
  wire = connectTo({ http: port, grpc: port });
});
afterAll(async () => {
  wire.close();
  await mesh.stop();
});

/** The services that reflection consists of, as a client needs them. */
function reflectionServices(): ServiceDefinition[] {
  const found: ServiceDefinition[] = [];
  addReflection({ addService: (service: ServiceDefinition) => found.push(service) } as unknown as Server, []);
  return found;
}

function open(definition: ServiceDefinition) {
  const Client = makeGenericClientConstructor(definition, 'tools');
  return new Client(mesh.address, credentials.createInsecure());
}

test('gRPC health is answered on the one port', async () => {
  const client = open(healthService);
  const check = (service: string) =>
    new Promise((resolve) => {
      client.Check?.({ service }, (error: { code: number } | null, answer: { status: string }) =>
        resolve(error ? error.code : answer.status),
      );
    });
  const { typeName } = CatalogService;
  expect([await check(''), await check(typeName), await check('nobody')]).toEqual(['SERVING', 'SERVING', 5]);
  const watch = client.Watch?.({ service: '' });
  const [first] = await new Promise<[{ status: string }]>((resolve) =>
    watch.once('data', (answer: { status: string }) => resolve([answer])),
  );
  expect(first.status).toBe('SERVING');
  watch.on('error', () => undefined);
  watch.cancel();
  client.close();
});

test('gRPC reflection is answered on the one port, in both versions', async () => {
  const definitions = reflectionServices();
  expect(definitions).toHaveLength(2);
  for (const definition of definitions) {
    const client = open(definition);
    const stream = client.ServerReflectionInfo?.();
    const answer = new Promise<{ listServicesResponse: { service: { name: string }[] } }>((resolve, reject) => {
      stream.on('data', resolve);
      stream.on('error', reject);
    });
    stream.write({ listServices: '*' });
    const names = (await answer).listServicesResponse.service.map(({ name }) => name);
    expect(names).toContain(CatalogService.typeName);
    stream.end();
    client.close();
  }
});

test('the public port shows metrics and dependencies to this machine only, and to anyone whether it is ready', async () => {
  const outside = { headers: { 'x-forwarded-for': '203.0.113.9' } };
  expect((await fetch(`${mesh.url}/metrics`)).status).toBe(200);
  expect((await fetch(`${mesh.url}/metrics`, outside)).status).toBe(404);
  expect(await (await fetch(`${mesh.url}/health/ready`)).json()).toEqual({
    ready: true,
    phase: 'serving',
    dependencies: [],
  });
  expect(await (await fetch(`${mesh.url}/health/ready`, outside)).json()).toEqual({ ready: true });
  expect(await (await fetch(`${mesh.url}/health/live`, outside)).json()).toEqual({ live: true });
});

test('a service without a database has no metrics of outbox, events or sagas', async () => {
  expect((await registry.metrics()).match(/tradewind_(outbox|event|saga)\w*/g)).toBeNull();
});

test.each(protocols)(
  "a broken message in a client's stream is the caller's mistake, through the gateway, over %s",
  async (protocol) => {
    const headers = {
      authorization: `Bearer ${await mesh.userToken('0198c5a0-0000-7000-8000-000000000001', ['MERCHANT'])}`,
    };
    const message = protocol === 'Connect JSON' ? Buffer.from('{"header": 1}') : Uint8Array.of(0x0a, 0xff);
    const path = `${CatalogService.typeName}/ImportProducts`;
    const told = await wire[protocol]({ path, headers, isStream: true, message });
    expect(told).toMatchObject({ code: 'InvalidArgument', reasons: ['VALIDATION_FAILED'], fields: ['header'] });
  },
);
