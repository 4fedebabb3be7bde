import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { expect, onTestFinished, test } from 'vitest';
import { CatalogService } from '#gen/tradewind/catalog/v1/catalog_service_pb.ts';
import { serve } from '../testing/serve.ts';
import { Health } from './health.ts';

test('gRPC health says within seconds that the database is gone, and that it is back', async () => {
  let isGone = false;
  const check = async () => {
    if (isGone) throw new Error('gone');
  };
  const impl = Object.fromEntries(CatalogService.methods.map(({ localName }) => [localName, async () => ({})]));
  const health = new Health([{ name: 'postgres', critical: true, check }]);
  const served = await serve([{ service: CatalogService, impl }], { domain: 'test', rules: {} }, { health });
  const HealthClient = makeGenericClientConstructor(healthService, 'Health');
  const client = new HealthClient(`127.0.0.1:${served.grpcPort}`, credentials.createInsecure());
  onTestFinished(async () => {
    client.close();
    await served.stop();
  });
  const status = (service: string) =>
    new Promise<string>((resolve, reject) => {
      client.Check?.({ service }, (error: Error | null, answer: { status: string }) =>
        error ? reject(error) : resolve(answer.status),
      );
    });
  expect(await status('')).toBe('SERVING');
  isGone = true;
  await expect.poll(() => status(CatalogService.typeName), { timeout: 5_000 }).toBe('NOT_SERVING');
  expect(await status('')).toBe('NOT_SERVING');
  isGone = false;
  await expect.poll(() => status(''), { timeout: 5_000 }).toBe('SERVING');
});
